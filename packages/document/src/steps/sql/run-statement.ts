/**
 * Has a statement run by a process of its own, which is ended where the statement is not: this process stays free meanwhile. One
 * is kept for a while after it was used.
 */
import { type ChildProcess, fork } from "node:child_process";
import { stepError } from "../step-error.js";
import { driverUrl, statementProgram } from "./installed.js";

export interface Statement {
  readonly place: string;
  readonly write: boolean;
  readonly busyTimeout: number;
  readonly sql: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly maxRows: number;
  readonly maxBytes: number;
}

export type Answer =
  | { readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly done: { readonly changes: number; readonly lastInsertRowid: number | bigint } }
  | { readonly tooMany: "rows" | "bytes" }
  | { readonly unopened: string }
  | { readonly failed: string; readonly code?: string };

interface Within {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const mostAtOnce = 4;
const keptMs = 10_000;

const idle: ChildProcess[] = [];
const waiting: (() => void)[] = [];
let running = 0;

/** @throws {FlowError} STEP_SQL_FAILED – the statement takes too long, or its process ended */
export async function runStatement(statement: Statement, within: Within): Promise<Answer> {
  const driver = driverUrl();
  if (running >= mostAtOnce) await new Promise<void>((go) => waiting.push(go));
  running++;
  try {
    within.signal.throwIfAborted();
    return await asked({ ...statement, driver }, within);
  } finally {
    running--;
    waiting.shift()?.();
  }
}

function asked(statement: Statement & { readonly driver: string }, { timeoutMs, signal }: Within): Promise<Answer> {
  const child = idle.pop() ?? start(statementProgram());
  hold(child, true);
  return new Promise<Answer>((resolve, reject) => {
    const end = (finish: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", aborted);
      for (const event of ["message", "error", "exit"]) child.removeAllListeners(event);
      finish();
    };
    const kill = (error: unknown) =>
      end(() => {
        // what it then says is of no interest, and must not be thrown
        child.on("error", ignore);
        child.kill("SIGKILL");
        reject(error);
      });
    const aborted = () => kill(signal.reason);
    const timer = setTimeout(() => kill(tooLong(timeoutMs)), timeoutMs);
    signal.addEventListener("abort", aborted, { once: true });
    child.once("message", (answer) =>
      end(() => {
        keep(child);
        resolve(answer as Answer);
      }),
    );
    child.once("error", (error) => kill(ended(error.message)));
    child.once("exit", (code, by) => kill(ended(by ?? `exit code ${code}`)));
    child.send(statement, (error) => error && kill(ended(error.message)));
  });
}

/** The file is a parameter: bundlers follow what `fork` is given, where they can tell it. */
function start(file: string): ChildProcess {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  return fork(file, [], {
    execArgv: [],
    env,
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}

/** Whether this process waits for it. */
function hold(child: ChildProcess, wait: boolean): void {
  for (const one of [child, child.channel]) {
    if (wait) one?.ref();
    else one?.unref();
  }
}

function keep(child: ChildProcess): void {
  const leave = () => {
    clearTimeout(timer);
    const at = idle.indexOf(child);
    if (at >= 0) idle.splice(at, 1);
    return at >= 0;
  };
  const timer = setTimeout(() => {
    if (leave()) child.kill("SIGKILL");
  }, keptMs);
  timer.unref();
  child.once("exit", leave);
  child.on("error", leave);
  hold(child, false);
  idle.push(child);
}

const ignore = () => undefined;

const tooLong = (timeoutMs: number) =>
  stepError("STEP_SQL_FAILED", `A sql step failed: the statement ran for longer than ${timeoutMs} ms.`, {
    hint: "Give it an end: a `limit`, a condition of its recursion, an index; or raise `statementTimeout`.",
  });

const ended = (why: string) =>
  stepError("STEP_SQL_FAILED", `A sql step failed: the process of the statement ended (${why}).`, {
    hint: "Ask for less at once; the statement may have taken more memory than there is.",
  });
