/** Builds the child once, starts and kills it, and reads what it left behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

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

/** A folder beside the tests (so that packages resolve) with the bundled child in it. */
export async function crashLab(): Promise<{ folder: string; start: Starter; close: () => void }> {
  const folder = mkdtempSync(join(here, ".lab-"));
  const script = join(folder, "child.mjs");
  await build({
    entryPoints: [join(here, "child.ts")],
    outfile: script,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "es2022",
    conditions: ["millrace-source"],
    external: ["better-sqlite3"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const start: Starter = (args, env = {}) => {
    const process_ = spawn(process.execPath, [script, ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return { process: process_, answer: answerOf(process_) };
  };
  return { folder, start, close: () => rmSync(folder, { recursive: true, force: true }) };
}

export type Starter = (args: readonly string[], env?: Readonly<Record<string, string>>) => Child;

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

/** The idempotency keys that steps have noted so far. */
export function keysIn(log: string): string[] {
  return existsSync(log) ? readFileSync(log, "utf8").split("\n").filter(Boolean) : [];
}
