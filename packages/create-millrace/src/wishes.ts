/** What is to be made: by arguments, and where those are silent and somebody sits at a terminal, by asking. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { cancel, confirm, isCancel, select, text } from "@clack/prompts";
import { FlowError } from "millrace";
import { type TemplateName, templateNames } from "./templates.js";

export interface Wishes {
  readonly folder: string;
  readonly template: TemplateName;
  readonly legacyDecorators: boolean;
  readonly install: boolean;
  readonly force: boolean;
}

export const usage = `Usage: create-millrace [folder] [options]

A small project with durable flows that runs at once.

Options:
  -y, --yes              ask nothing
  -t, --template <name>  flows (the default), or chat: a chat with a language model, and its server
  --legacy-decorators    with experimentalDecorators instead of standard decorators
  --no-install           write the files, install nothing
  --force                into a folder that is not empty, over files that it has
  -h, --help             print this
  -V, --version          print the version

Examples:
  $ npm create millrace@latest my-flows
  $ npm create millrace@latest my-chat -- --template chat
  $ npm create millrace@latest my-flows -- --yes --no-install
`;

const options = {
  yes: { type: "boolean", short: "y", default: false },
  template: { type: "string", short: "t" },
  "legacy-decorators": { type: "boolean" },
  install: { type: "boolean" },
  force: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", short: "V", default: false },
} as const;

/**
 * @param interactive Whether somebody can be asked.
 * @throws {FlowError} CLI_USAGE_INVALID – an argument is not known
 * @returns undefined: somebody has left.
 */
export async function wishesOf(
  args: readonly string[],
  interactive: boolean,
): Promise<Wishes | "help" | "version" | undefined> {
  const { values, positionals } = parsed(args);
  if (values.help) return "help";
  if (values.version) return "version";
  const [given, ...more] = positionals;
  if (more.length > 0) throw usageInvalid(`One folder is enough: ${positionals.join(" ")}`);
  const { yes, force } = values;
  const template = templateOf(values.template);
  const known = {
    folder: given,
    template,
    legacyDecorators: values["legacy-decorators"],
    install: values.install,
    force,
  };
  if (!interactive || yes) {
    return {
      folder: `my-${template ?? "flows"}`,
      template: "flows",
      legacyDecorators: false,
      install: true,
      ...defined(known),
      force,
    };
  }
  return asked(known);
}

type Known = { [K in keyof Wishes]: Wishes[K] | undefined };

/** On standard error, as all that is no result. */
const output = process.stderr;

async function asked({ folder, template, legacyDecorators, install, force }: Known): Promise<Wishes | undefined> {
  const kinds: { value: TemplateName; label: string; hint: string }[] = [
    { value: "flows", label: "flows", hint: "a class and a document, which run at once" },
    { value: "chat", label: "chat", hint: "a chat with a language model, in the terminal and over HTTP" },
  ];
  const usual = `my-${template ?? "flows"}`;
  const where = folder ?? (await text({ message: "Where?", placeholder: usual, defaultValue: usual, output }));
  if (isCancel(where)) return left();
  const about = template ?? (await select({ message: "What is it about?", options: kinds, output }));
  if (isCancel(about)) return left();
  const dialects = [
    { value: false, label: "standard", hint: "TypeScript's own since 5.0" },
    { value: true, label: "experimentalDecorators", hint: "as NestJS, TypeORM and Angular use them" },
  ];
  const legacy = legacyDecorators ?? (await select({ message: "Which decorators?", options: dialects, output }));
  if (isCancel(legacy)) return left();
  const installs = install ?? (await confirm({ message: "Install the packages?", output }));
  if (isCancel(installs)) return left();
  return { folder: where, template: about, legacyDecorators: legacy, install: installs, force: force ?? false };
}

function templateOf(given: string | undefined): TemplateName | undefined {
  const found = templateNames.find((name) => name === given);
  if (given === undefined || found) return found;
  throw usageInvalid(`There is no template "${given}": there are ${templateNames.join(" and ")}`);
}

function left(): undefined {
  cancel("Nothing was made.", { output });
}

/** Calls back where somebody ends the input of a question, as Ctrl+D does: no question hears of that. */
export function whenInputEnds(leave: () => void): void {
  process.once("beforeExit", () => {
    left();
    // the question had hidden the cursor
    if (output.isTTY) output.write("\u001B[?25h");
    leave();
  });
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true });
  } catch (error) {
    throw usageInvalid((error as Error).message.split(/[.\n]/)[0]!);
  }
}

function usageInvalid(message: string): FlowError {
  return new FlowError("CLI_USAGE_INVALID", `${message}.`, { hint: "create-millrace --help tells what there is." });
}

function defined<T extends object>(record: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as never;
}

/** As one would type it, for what to do next. */
export function shortPath(folder: string): string {
  const home = `${process.cwd()}/`;
  const path = resolve(folder);
  const short = path.startsWith(home) ? path.slice(home.length) : path;
  return /^[\p{L}\p{N}_@%+=:,./\\~-]+$/u.test(short) ? short : `"${short}"`;
}
