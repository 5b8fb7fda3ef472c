/** What every command is done within: project, output, and an end with the right exit code. */
import { describeThrown, FlowError } from "millrace";
import { divertPrints } from "../output/divert-prints.js";
import { type ExitCode, exitCodes } from "../output/exit-codes.js";
import { leave, whenCutOff } from "../output/leave.js";
import { Output } from "../output/output.js";
import { reportError } from "../output/report-error.js";
import { commandName, quoted } from "../output/shell-text.js";
import { openProject, type Project } from "../project/open-project.js";

/** Flags that every command takes. */
export interface GlobalFlags {
  readonly config?: string;
  readonly database?: string;
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  /** False by `--no-prompt`. */
  readonly prompt?: boolean;
}

export interface CommandContext {
  readonly project: Project;
  readonly out: Output;
  /** Whether whoever sits at the terminal may be asked. */
  readonly prompting: boolean;
  /** A command of this project, as one types it to do something else with it. */
  again(...args: readonly string[]): string;
}

/** Does a command and ends the process: what a flow's code has left open must not keep it. */
export async function runCommand(
  flags: GlobalFlags,
  body: (context: CommandContext) => Promise<ExitCode | undefined>,
): Promise<never> {
  const out = outputFor(flags);
  divertPrints();
  const giveUp = (error: FlowError) => {
    const exitCode = reportError(error, { out, debug: isDebug(flags) });
    void out.flush().then(() => leave(exitCode));
  };
  whenCutOff((error) => reportError(error, { out, debug: isDebug(flags) }));
  process.once("uncaughtException", (error) => giveUp(uncaught(error)));
  // the event loop is empty and the command not done: Node itself would end with 13 and say nothing
  process.once("beforeExit", () => giveUp(stuck()));
  let project: Project | undefined;
  let exitCode: ExitCode;
  try {
    project = await openProject(process.cwd(), flags);
    exitCode =
      (await body({ project, out, prompting: flags.prompt !== false, again: again(flags) })) ?? exitCodes.completed;
  } catch (error) {
    exitCode = reportError(error, { out, debug: isDebug(flags) });
  }
  await project?.close();
  await out.flush();
  if (out.failure) {
    reportError(out.failure, { out, debug: isDebug(flags) });
    // how it went is worse than that it can't be told
    leave(exitCode === exitCodes.completed || exitCode === exitCodes.waiting ? exitCodes.failed : exitCode);
  }
  leave(exitCode);
}

/** What a flow's code throws beside its steps, in a promise that nobody awaits: what has committed is stored. */
function uncaught(error: unknown): FlowError {
  const { name, message } = describeThrown(error);
  return new FlowError("STEP_FAILED", `Code of the project threw where nothing catches it: ${name}: ${message}`, {
    hint: "Await what may reject, or catch it; --debug shows where. `millrace recover` goes on with what was running.",
    cause: error,
  });
}

function stuck(): FlowError {
  // a question may have hidden it
  if (process.stderr.isTTY) process.stderr.write("\u001b[?25h");
  return new FlowError("STEP_FAILED", "The command can't go on: it awaits what can't come any more.", {
    hint: "A step awaits a promise that nothing settles, or the input of a question was closed. What has finished is stored: `millrace recover` goes on.",
  });
}

export function outputFor({ json, jsonl, quiet = false }: GlobalFlags): Output {
  return new Output({ mode: jsonl ? "jsonl" : json ? "json" : "text", quiet });
}

export function isDebug({ debug }: GlobalFlags): boolean {
  return debug === true || !["", "0", "false", undefined].includes(process.env.MILLRACE_DEBUG);
}

function again({ config, database }: GlobalFlags): CommandContext["again"] {
  const same = [...(config ? ["--config", config] : []), ...(database ? ["--database", database] : [])];
  return (...args) => [commandName(), ...[...args, ...same].map(quoted)].join(" ");
}
