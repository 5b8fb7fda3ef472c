/** Builds the child once, starts and kills it, and reads what it left behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { JournalEntry, RunRecord } from "millrace";
import { afterAll, beforeAll, expect } from "vitest";
import { makeProgram } from "../../../../tools/processes/src/make-program.js";
import { SqlitePersistence } from "../../src/index.js";
import type { Command } from "./commands.js";
import type { Order } from "./serve.js";

const ownProgram = fileURLToPath(new URL("child.ts", import.meta.url));

export interface Answer {
  readonly result?: any;
  readonly error?: { readonly code: string };
  /** It was killed before it could answer. */
  readonly killed: boolean;
}

export interface Child {
  readonly process: ChildProcess;
  readonly answer: Promise<Answer>;
}

type Env = Readonly<Record<string, string>>;

export interface CrashLab<C extends readonly unknown[] = Command> {
  /** A process for this command alone: to be killed or stopped, or to work beside others. */
  start(command: C, env?: Env): Child;
  /**
   * Done by the process that comes after the others. It is one for all tests of a file, as starting one costs most of what a
   * test does; it opens the store and makes the flow anew for each command, one at a time.
   */
  heir(command: C, env?: Env): Promise<Answer>;
  /** A path where nothing stands yet. */
  place(name?: string): string;
  /** What is slow until this file is there goes on. */
  open(gate: string): void;
}

/** The lab of one file of tests: there before them, gone after them. `program` carries out commands, as `child.ts` does. */
export function crashLab<C extends readonly unknown[] = Command>(program = ownProgram): CrashLab<C> {
  const folder = mkdtempSync(join(tmpdir(), "crash-"));
  const started = new Set<ChildProcess>();
  let script = "";
  let places = 0;
  let serving: ChildProcess | undefined;
  let last: Promise<unknown> = Promise.resolve();

  beforeAll(async () => {
    script = await makeProgram(program, folder);
  });
  afterAll(async () => {
    // a test that has failed may have left a process, or one that is stopped
    for (const child of started) child.kill("SIGKILL");
    if (serving?.connected) {
      serving.disconnect();
      await once(serving, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    start(command, env = {}) {
      const child = spawn(process.execPath, [script, ...command.map(String)], {
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      started.add(child);
      child.once("exit", () => started.delete(child));
      return { process: child, answer: answerOf(child) };
    },
    heir(command, env = {}) {
      const answer = last.then(() => {
        if (!serving?.connected)
          serving = spawn(process.execPath, [script], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
        return told(serving, { command, env });
      });
      last = answer.catch(() => undefined);
      return answer;
    },
    place: (name = "db") => join(folder, `${name}-${++places}`),
    open: (gate) => writeFileSync(gate, ""),
  };
}

function answerOf(child: ChildProcess): Promise<Answer> {
  let out = "";
  let err = "";
  child.stdout?.on("data", (text) => (out += text));
  child.stderr?.on("data", (text) => (err += text));
  return new Promise((resolve, reject) => {
    child.on("close", (code, signal) => {
      if (signal === "SIGKILL") return resolve({ killed: true });
      if (code !== 0 || out === "") return reject(new Error(`the child ended with ${code ?? signal}: ${err || out}`));
      resolve({ ...JSON.parse(out), killed: false });
    });
  });
}

/** What a serving process answers to one order. */
function told(child: ChildProcess, order: Order<readonly unknown[]>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const broken = (code: number | null, signal: string | null) =>
      reject(new Error(`the heir ended with ${code ?? signal}`));
    child.once("exit", broken);
    child.once("message", (done: object) => {
      child.off("exit", broken);
      resolve({ ...done, killed: false });
    });
    child.send(order);
  });
}

/** From one write to the next that is taken: every one, but where `verify` runs the suite a second time. */
const stride = Number(process.env.MILLRACE_EVERY_WRITE ?? 1);

/** A life for each write of a process, until one gets through its work: `life` answers whether its process did not. */
export async function eachWrite(most: number, life: (write: number) => Promise<boolean>): Promise<void> {
  for (let write = 1; await life(write); write += stride) expect(write).toBeLessThan(most);
}

/**
 * Two lives for each write of a process, killed just before it and just after it, until it gets through its work alive both times.
 * `life` answers whether its process was killed.
 */
export function atEveryWrite(most: number, life: (killAt: string) => Promise<boolean>): Promise<void> {
  return eachWrite(most, async (write) => {
    const before = await life(`before:${write}`);
    return (await life(`after:${write}`)) || before;
  });
}

/** Kills a process after so many milliseconds, if it is there so long. */
export async function killedAfter(ms: number, child: Child): Promise<Answer> {
  child.answer.catch(() => undefined);
  await pause(ms);
  child.process.kill("SIGKILL");
  return child.answer;
}

/** Reads a store as a process beside those that use it. */
export async function reading<T>(file: string, read: (store: SqlitePersistence) => T | Promise<T>): Promise<T> {
  const store = new SqlitePersistence(file);
  try {
    return await read(store);
  } finally {
    store.close();
  }
}

/** Waits until a run is stored and stands as it should. */
export function until(file: string, run: string, ready: (record: RunRecord) => boolean): Promise<void> {
  return reading(file, async (store) => {
    await expect
      .poll(() => store.get(run), { timeout: 60_000, interval: 10 })
      .toSatisfy((record: RunRecord | undefined) => record !== undefined && ready(record));
  });
}

/** All runs of a store. */
export const runsIn = (file: string): Promise<readonly RunRecord[]> =>
  reading(file, (store) => store.list({ limit: 1000 }).runs);

/** The idempotency keys of the calls that have committed, of all runs. */
export function committedIn(file: string): Promise<readonly string[]> {
  const keysOf = (store: SqlitePersistence, id: string) =>
    store
      .history(id)
      .flatMap(({ entry }) => (entry.type === "completed" ? [`${id}:${entry.step}:${entry.number}`] : []));
  return reading(file, (store) => store.list({ limit: 1000 }).runs.flatMap(({ id }) => keysOf(store, id)));
}

/** The entries of the run "run", oldest first; none: it is not there. */
export function entriesIn(file: string): Promise<readonly JournalEntry[]> {
  return reading(file, (store) => (store.get("run") ? store.history("run").map(({ entry }) => entry) : []));
}

/** One life of a run: what `live` answers. Fails if a step notes one of these keys again meanwhile. */
export async function noneAgain<T>(log: string, keys: readonly string[], live: () => Promise<T>): Promise<T> {
  const before = keysIn(log).length;
  const answer = await live();
  const noted = keysIn(log).slice(before);
  expect(noted.filter((key) => keys.includes(key))).toEqual([]);
  return answer;
}

/** The idempotency keys that steps have noted so far. */
export function keysIn(log: string): string[] {
  return existsSync(log) ? readFileSync(log, "utf8").split("\n").filter(Boolean) : [];
}
