/**
 * What a shell's completion script asks for: `millrace complete -- <words>` answers a candidate per line, `name<tab>description`, and
 * at the end `:` with what the shell is to do beside it.
 */
import { Console } from "node:console";
import type { Command } from "commander";
import { plainText } from "../terminal/lines.js";
import { type CompletionPoint, completionPoint } from "./completion-point.js";
import { type Candidate, type StoredKind, storedNames } from "./stored-names.js";

/** As the scripts read it. */
const directives = { orFiles: 0, nothingElse: 4, inThisOrder: 4 | 32 } as const;

/** What stands at arguments and options of these names. */
const stored: Readonly<Record<string, StoredKind>> = {
  flow: "flow",
  id: "run",
  run: "run",
  continue: "run",
  "question-id": "question",
};
const files: ReadonlySet<string> = new Set([
  "flow",
  "file",
  "files",
  "config",
  "database",
  "out",
  "folder",
  "paths",
  "module",
]);

/** Never fails: nothing is offered where nothing can be found out. */
export async function completionLines(program: Command, words: readonly string[], cwd: string): Promise<string> {
  // what a config's code prints is no candidate
  globalThis.console = new Console(process.stderr, process.stderr);
  const point = completionPoint(program, words);
  const { word, option, argument } = point;
  const about = option?.attributeName() ?? argument?.name() ?? "";
  const kind = stored[about];
  const told = kind ? await storedNames(kind, cwd).catch(() => []) : [];
  const offered = [...fixed(point), ...told].filter(({ name }) => name.startsWith(word));
  const lines = offered.map(({ name, description }) => `${name}\t${plainText(description)}\n`);
  const beside = files.has(about) ? directives.orFiles : kind ? directives.inThisOrder : directives.nothingElse;
  return `${lines.join("")}:${beside}\n`;
}

function fixed({ names, option, argument }: CompletionPoint): readonly Candidate[] {
  const choices = option?.argChoices ?? argument?.argChoices ?? [];
  return [...names, ...choices.map((name) => ({ name, description: "" }))];
}
