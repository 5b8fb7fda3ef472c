/** The command line as commander sees it. What a command does is loaded when it is asked for: help and version cost next to nothing. */
import { Command, Option } from "commander";
import type { CommandContext, GlobalFlags } from "./commands/context.js";
import type { ExitCode } from "./output/exit-codes.js";

type Body<A extends unknown[], F> = (
  context: CommandContext,
  ...rest: [...A, F & GlobalFlags]
) => Promise<ExitCode | undefined>;

/** Does a command with its arguments and flags. */
function doing<A extends unknown[], F>(load: () => Promise<Body<A, F>>) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    const args = given.slice(0, -2) as A;
    const [{ runCommand }, body] = await Promise.all([import("./commands/context.js"), load()]);
    const flags = command.optsWithGlobals() as F & GlobalFlags;
    await runCommand(flags, (context) => body(context, ...args, flags));
  };
}

const repeated = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export function makeProgram(version: string): Command {
  const program = new Command("millrace")
    // set first: subcommands take it over
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
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
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true });

  program
    .command("run")
    .summary("start a run of a flow and drive it until it rests")
    .description(
      "Starts a run of a flow and drives it until it completes or waits. Its output goes to standard output.",
    )
    .argument("<flow>", "a file (file#Export where it has several flows) or a flow's name")
    .option(
      "-i, --input <key=value>",
      "an input, typed by the flow's schema; a.b goes inward, twice makes a list",
      repeated,
    )
    .option("--inputs <json>", "all inputs: JSON, @file, or - for standard input")
    .option("--id <id>", "the run's id (default: a new one)")
    .option("--session <name>", "go on from the state that the session's newest run left")
    .option("--timeout <duration>", 'how long the run may take, as "30s" or "5m"')
    .option("--return-on-sleep [duration]", "leave when nothing but sleeps is left (longer than the duration)")
    .addHelpText(
      "after",
      examples("run hello.ts --input name=Ada", "run src/flows.ts#Review --inputs @inputs.json --json"),
    )
    .action(doing(async () => (await import("./commands/run.js")).run));

  program
    .command("resume")
    .summary("go on with a stored run")
    .description("Goes on with a stored run where it stood: finished steps do not run again.")
    .argument("<id>", "the run's id")
    .option("--flow <flow>", "the run's flow, where the project does not know it: a file or file#Export")
    .option("--timeout <duration>", 'how long it may take from now on, as "30s" or "5m"')
    .option("--return-on-sleep [duration]", "leave when nothing but sleeps is left (longer than the duration)")
    .addHelpText("after", examples("resume 0199a4c2-7c1e-7d11-8c59-6d2a0b6f3c11"))
    .action(doing(async () => (await import("./commands/resume.js")).resume));

  return program;
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ millrace ${line}`).join("\n")}`;
}
