#!/usr/bin/env node
/** The command `millrace`. */
import { CommanderError } from "commander";
import { exitCodes } from "./output/exit-codes.js";
import { makeProgram } from "./program.js";
import { version } from "./version.js";

const program = makeProgram(version);
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exit(0);
  // no command at all: the help was printed
  if (error instanceof CommanderError && error.code === "commander.help") process.exit(exitCodes.invalid);
  const { usageFailed } = await import("./commands/usage-failed.js");
  await usageFailed(error, process.argv.slice(2));
}
