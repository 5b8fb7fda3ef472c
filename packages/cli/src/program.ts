/** The command line as commander sees it. What a command does is loaded when it is asked for: help and version cost next to nothing. */
import { Command, Option } from "commander";
import { addDriveCommands } from "./program/drive-commands.js";
import { addFlowCommands } from "./program/flow-commands.js";
import { addProjectCommands } from "./program/project-commands.js";
import { addServerCommands } from "./program/server-commands.js";
import { addStoredCommands } from "./program/stored-commands.js";

export function makeProgram(version: string): Command {
  const program = new Command("millrace")
    // set first: subcommands take it over
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .description("Runs, resumes, draws and checks durable flows.")
    .version(version, "-V, --version", "print the version")
    .option("-c, --config <file>", "config of the project (MILLRACE_CONFIG) (default: the nearest millrace.config.ts)")
    .option("-d, --database <file>", 'where runs are stored (MILLRACE_DATABASE) (default: ".millrace/millrace.db")')
    .addOption(new Option("--json", "one JSON object on standard output, for errors too").conflicts("jsonl"))
    .option("--jsonl", "each event as a line of JSON, the result last")
    .option("-q, --quiet", "nothing but results and errors")
    .option("--no-prompt", "ask nothing, even at a terminal")
    .option("--debug", "errors with their stacks (MILLRACE_DEBUG)")
    .helpOption("-h, --help", "print help")
    .addHelpText("after", "\nHelp of one command: millrace run --help");
  addDriveCommands(program);
  addStoredCommands(program);
  addFlowCommands(program);
  addServerCommands(program);
  addProjectCommands(program);
  return program;
}
