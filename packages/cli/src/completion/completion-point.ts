/** Where on the command line somebody has pressed Tab: told from the commands as commander knows them, without running any. */
import type { Argument, Command, Option } from "commander";

export interface CompletionPoint {
  /** What is typed of the word so far. */
  readonly word: string;
  /** Values of this option are asked for. */
  readonly option?: Option;
  /** Values of this argument are asked for, where no option's are. */
  readonly argument?: Argument;
  /** Names that may stand here. */
  readonly names: readonly { readonly name: string; readonly description: string }[];
}

/** @param words The words after the command's own name; the last one is being typed, and may be empty. */
export function completionPoint(program: Command, words: readonly string[]): CompletionPoint {
  const word = words.at(-1) ?? "";
  let command = program;
  let count = 0;
  let open: Option | undefined;
  for (const before of words.slice(0, -1)) {
    if (open) {
      open = undefined;
      continue;
    }
    if (before.startsWith("-")) {
      const option = optionsOf(command).find((one) => isFlag(one, before));
      // one whose value may be left out is not waited for
      open = option?.required ? option : undefined;
      continue;
    }
    const inner = command.commands.find((one) => one.name() === before || one.aliases().includes(before));
    if (inner) [command, count] = [inner, 0];
    else count++;
  }
  if (open) return { word, option: open, names: [] };
  if (word.startsWith("-")) return atFlag(command, word);
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[count] ?? (last?.variadic ? last : undefined);
  return { word, ...(argument && { argument }), names: count === 0 ? commandNames(command) : [] };
}

function atFlag(command: Command, word: string): CompletionPoint {
  const [flag = "", value] = word.split(/=(.*)/s);
  const options = optionsOf(command);
  const option = value === undefined ? undefined : options.find((one) => isFlag(one, flag));
  if (option) return { word: value!, option, names: [] };
  const shown = options.filter(({ hidden }) => !hidden);
  const names = shown.map(({ long, short, description }) => ({ name: long ?? short!, description }));
  return { word, names: [...names, { name: "--help", description: "print help" }] };
}

function isFlag({ long, short }: Option, text: string): boolean {
  return text === long || text === short;
}

function optionsOf(command: Command): readonly Option[] {
  return command.parent ? [...command.options, ...optionsOf(command.parent)] : command.options;
}

function commandNames(command: Command): CompletionPoint["names"] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== "help")
    .map((one) => ({ name: one.name(), description: one.summary() || one.description() }));
}
