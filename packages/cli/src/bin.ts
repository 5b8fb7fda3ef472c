#!/usr/bin/env node
/** The command `millrace`. */
import module from "node:module";
import { type Command, CommanderError } from "commander";
import { exitCodes } from "./output/exit-codes.js";
import { makeProgram } from "./program.js";
import { version } from "./version.js";

/** The words of `args` that name a command, as `runs list`. */
function commandNamed(program: Command, args: readonly string[]): readonly string[] {
  let command: Command | undefined = program;
  const named: string[] = [];
  for (const word of args) {
    const inner: Command | undefined = command.commands.find((one) => one.name() === word);
    if (inner) named.push(word);
    command = inner ?? command;
  }
  return named;
}

// What a command loads is compiled once, not at each start, where Node can keep it.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

const program = makeProgram(version);
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exit(0);
  const args = process.argv.slice(2);
  const forPrograms = args.includes("--json") || args.includes("--jsonl");
  // no command at all: the help was printed
  const helped = error instanceof CommanderError && error.code === "commander.help";
  if (helped && !forPrograms) process.exit(exitCodes.invalid);
  const { usageFailed } = await import("./commands/usage-failed.js");
  await usageFailed(helped ? undefined : error, { args, named: commandNamed(program, args) });
}
