// Several processes on one file.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { thisOwner } from "millrace";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { newRun, opener, row, tempFolder } from "./testing/fixtures.js";

const temp = tempFolder();
afterAll(temp.remove);
const { open, closeAll } = opener();
afterEach(closeAll);

// In this package, so that the driver is found.
const bundle = mkdtempSync(fileURLToPath(new URL("../node_modules/.processes-", import.meta.url)));
const script = join(bundle, "process.mjs");
beforeAll(() =>
  build({
    entryPoints: [fileURLToPath(new URL("testing/process.ts", import.meta.url))],
    outfile: script,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["millrace-source"],
    external: ["better-sqlite3"],
  }),
);
afterAll(() => rmSync(bundle, { recursive: true, force: true }));

interface Ended {
  readonly answer?: unknown;
  readonly code?: string;
  readonly signal: NodeJS.Signals | null;
}

/** Runs a process to its end. `at`: when it is to act, ms since the epoch. */
function run(verb: string, file: string, at = 0): Promise<Ended> {
  const child = spawn(process.execPath, [script, verb, file, String(at)], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (text) => (out += text));
  child.stderr.on("data", (text) => (err += text));
  return new Promise((resolve, reject) => {
    child.on("close", (code, signal) => {
      if (code !== 0 && signal === null) return reject(new Error(err));
      resolve({ ...(out !== "" && JSON.parse(out)), signal });
    });
  });
}

/** Several processes that act at the same time. */
const race = (verb: string, file: string) => Promise.all([1, 2, 3].map(() => run(verb, file, Date.now() + 1500)));

test("processes that make one file at the same time share it and lose nothing", { timeout: 30_000 }, async () => {
  const file = temp.file();
  expect((await race("write", file)).map(({ answer }) => answer)).toEqual([20, 20, 20]);
  const { runs } = open(file).list({});
  expect(runs.map((record) => record.position)).toEqual([20, 20, 20]);
});

test("of processes that claim a run at the same time one gets it", { timeout: 30_000 }, async () => {
  const file = temp.file();
  const store = open(file);
  await store.release(await store.create(newRun("shared")));
  const results = await race("claim", file);
  // The winner ends with its claim, so that a late one may see a dead owner: then the run is its by right.
  const winners = results
    .filter(({ answer }) => answer !== undefined)
    .map(({ answer }) => (answer as { epoch: number }).epoch);
  expect(new Set(winners).size).toBe(winners.length);
  expect(winners.length).toBeGreaterThan(0);
  expect(results.every(({ answer, code }) => answer !== undefined || code === "RUN_OWNED")).toBe(true);
});

test.runIf(process.platform === "linux")(
  "the run of a killed process is free at once",
  { timeout: 30_000 },
  async () => {
    const file = temp.file();
    const store = open(file, { claimMs: 60_000 });
    const first = await store.create(newRun("shared"));
    await store.release(first);
    expect((await run("takeAndDie", file)).signal).toBe("SIGKILL");
    expect(store.get("shared")).toMatchObject({ status: "running", owned: false });
    const claim = await store.claim("shared", thisOwner());
    expect(claim.epoch).toBeGreaterThan(first.epoch);
    await store.append(claim, { rows: [row(2)] });
    expect((await run("claim", file)).code).toBe("RUN_OWNED");
  },
);

test("a process ends although it watches, after what waited was written", { timeout: 30_000 }, async () => {
  const file = temp.file();
  const ended = await Promise.race([run("leave", file), delay(20_000, "still running", { ref: false })]);
  expect(ended).toMatchObject({ signal: null });
  expect(["one", "two"].map((id) => open(file).get(id)?.position)).toEqual([2, 2]);
});
