/** Servers in processes of their own, on one database: started, killed, asked to end, and started again on the same port. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SqlitePersistence } from "@millrace/sqlite";
import { afterAll, beforeAll } from "vitest";
import { makeProgram } from "../../../../tools/processes/src/make-program.js";

export interface LabServer {
  readonly url: string;
  readonly process: ChildProcess;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with its exit code. */
  end(): Promise<number | null>;
}

export interface ServerLab {
  /** A database that nobody has used. */
  place(): { readonly db: string; readonly log: string };
  start(place: { readonly db: string; readonly log: string }, port?: number): Promise<LabServer>;
}

/** @param name Of the program beside this file that a server runs. */
export function serverLab(name = "server-process"): ServerLab {
  const folder = mkdtempSync(join(tmpdir(), "servers-"));
  const running = new Set<ChildProcess>();
  let places = 0;
  let program: string;
  beforeAll(async () => {
    program = await makeProgram(fileURLToPath(new URL(`${name}.ts`, import.meta.url)), folder);
  }, 120_000);
  afterAll(() => {
    for (const child of running) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    place() {
      const db = join(folder, `db-${++places}`);
      return { db, log: `${db}.log` };
    },
    async start({ db, log }, port = 0) {
      const child = spawn(process.execPath, [program, db, String(port)], {
        env: { ...process.env, CALL_LOG: log },
        stdio: ["ignore", "pipe", "inherit"],
      });
      running.add(child);
      const gone = once(child, "exit").then(([code]) => {
        running.delete(child);
        return code as number | null;
      });
      const url = await Promise.race([
        once(child.stdout!, "data").then(([line]) => String(line).trim()),
        gone.then((code) => Promise.reject(new Error(`the server ended with ${code}`))),
      ]);
      const told = (signal: NodeJS.Signals) => {
        child.kill(signal);
        return gone;
      };
      return {
        url,
        process: child,
        kill: async () => void (await told("SIGKILL")),
        end: () => told("SIGTERM"),
      };
    },
  };
}

/** Reads the database as a process beside the servers. */
export async function reading<T>(db: string, read: (store: SqlitePersistence) => T | Promise<T>): Promise<T> {
  const store = new SqlitePersistence(db);
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}

/** The idempotency keys that steps have noted so far. */
export function keysIn(log: string): string[] {
  try {
    return readFileSync(log, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}
