import type { Command } from "commander";
import type { CommandContext, GlobalFlags } from "../commands/context.js";
import type { ExitCode } from "../output/exit-codes.js";

// biome-ignore lint/suspicious/noExplicitAny: arguments and flags are commander's, by the declaration that the action stands on
type Body = (context: CommandContext, ...args: any[]) => Promise<ExitCode | undefined>;

/** An action that loads a command when it is asked for, and does it with its arguments and flags. */
export function doing(load: () => Promise<Body>) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    const args = given.slice(0, -2);
    const [{ runCommand }, body] = await Promise.all([import("../commands/context.js"), load()]);
    const flags: GlobalFlags = command.optsWithGlobals();
    await runCommand(flags, (context) => body(context, ...args, flags));
  };
}

export const repeated = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** For the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ millrace ${line}`).join("\n")}`;
}
