/**
 * Tells an error on standard error, or as the object of `--json`, and answers the exit code. Never a stack, unless `--debug`
 * asks for it.
 */
import { FlowError } from "millrace";
import { plainLines } from "../terminal/lines.js";
import { type ExitCode, exitCodeOf } from "./exit-codes.js";
import type { Output } from "./output.js";

export interface ErrorReportOptions {
  readonly out: Output;
  readonly debug: boolean;
}

/** Where the way out is another one on a command line. */
const hints: Readonly<Record<string, string>> = {
  RUN_INPUTS_INVALID:
    "`millrace schema <flow>` shows what it takes. Give inputs by --input key=value, or all of them by --inputs as JSON.",
  RUN_NOT_FOUND: "`millrace runs list` shows those that are; --database and --config name another place.",
  RUN_POSITION_UNKNOWN:
    "`millrace runs events <id>` lists the positions of a run: a number, or a step after whose call it is.",
  RUN_EXISTS: "Give another --id, or go on with the run that has it: `millrace resume <id>`.",
  SERVER_LISTEN_FAILED: "Give another --port (0: any that is free), or a --host of this machine.",
  SERVER_ADDRESS_REFUSED:
    "Give keys by MILLRACE_KEYS or `server.auth` of the config, listen on 127.0.0.1, or allow it by --open-to-all.",
  RUN_STOPPED: "Finished steps are kept: `millrace resume <id>` goes on, and so does `millrace recover`.",
};

export function reportError(thrown: unknown, { out, debug }: ErrorReportOptions): ExitCode {
  const error = asFlowError(thrown);
  const { code, message, hint: given = "", details = {}, runId, step, cause } = error.toJSON();
  // of inputs only where they do not fit: not of an id, say
  const hint = hintOf(error, given);
  const { red, dim } = out.colors;
  // where standard output takes nothing any more, nobody would hear of it there
  if (out.mode === "text" || out.failure) {
    out.tell(`${red("error")} ${dim(code)} ${shown(message)}`);
    if (hint) out.tell(`  ${dim("→")} ${shown(hint)}`);
  } else {
    const place = { ...(runId !== undefined && { id: runId }), ...(step !== undefined && { step }) };
    const thrownBy = cause && { cause: { name: cause.name, message: cause.message } };
    out.object({ ok: false, ...place, error: { code, message, hint, details, ...thrownBy } });
  }
  if (debug) out.tell(stackOf(thrown));
  return exitCodeOf(error);
}

/** Nearest names are of use everywhere; and of inputs it is told only where they do not fit: not of an id, say. */
function hintOf({ code, details }: FlowError, given: string): string {
  if (given.startsWith("Did you mean")) return given;
  if (code === "RUN_INPUTS_INVALID" && !("problems" in (details as object))) return given;
  return hints[code] ?? given;
}

/** What was thrown may hold anything: nothing of it moves the cursor. */
function shown(text: string): string {
  return plainLines(text, 200).join("\n");
}

function asFlowError(thrown: unknown): FlowError {
  if (FlowError.is(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new FlowError("INTERNAL", message, {
    hint: "Run it again with --debug to see where it comes from.",
    cause: thrown,
  });
}

function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const own = thrown.stack ?? String(thrown);
  return thrown.cause === undefined ? own : `${own}\ncaused by ${stackOf(thrown.cause)}`;
}
