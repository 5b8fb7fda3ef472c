// Several processes on one file.
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { thisOwner } from "millrace";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { bundle } from "../../../tools/processes/src/bundle.js";
import { runProcess } from "../../../tools/processes/src/run-process.js";
import { newRun, opener, row, tempFolder } from "./testing/fixtures.js";

const temp = tempFolder();
afterAll(temp.remove);
const { open, closeAll } = opener();
afterEach(closeAll);

const program = fileURLToPath(new URL("testing/process.ts", import.meta.url));
const script = join(temp.folder, "process.mjs");
beforeAll(() => bundle([program], temp.folder));

interface Ended {
  readonly answer?: unknown;
  readonly code?: string;
  readonly signal: NodeJS.Signals | null;
}

/** Runs a process to its end. `at`: when it is to act, ms since the epoch. */
async function run(verb: string, file: string, at = 0): Promise<Ended> {
  const { code, signal, stdout, stderr } = await runProcess([script, verb, file, String(at)]);
  if (code !== 0 && signal === null) throw new Error(stderr);
  return { ...(stdout !== "" && JSON.parse(stdout)), signal };
}

/** Several processes that act at the same time. */
const race = (verb: string, file: string) => Promise.all([1, 2, 3].map(() => run(verb, file, Date.now() + 1500)));

test("processes that make one file at the same time share it and lose nothing", { timeout: 120_000 }, async () => {
  const file = temp.file();
  expect((await race("write", file)).map(({ answer }) => answer)).toEqual([20, 20, 20]);
  const { runs } = open(file).list({});
  expect(runs.map((record) => record.position)).toEqual([20, 20, 20]);
});

test("of processes that claim a run at the same time one gets it", { timeout: 120_000 }, async () => {
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

test("processes that move a schedule on at the same time move it once each time", { timeout: 120_000 }, async () => {
  const file = temp.file();
  const moved = (await race("schedule", file)).map(({ answer }) => answer as number);
  expect(moved.reduce((sum, n) => sum + n)).toBe(open(file).schedules.get("shared")?.nextDue);
  expect(open(file).schedules.list({}).schedules).toHaveLength(1);
});

test.runIf(process.platform === "linux")(
  "the run of a killed process is free at once",
  { timeout: 120_000 },
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

test("a process ends although it watches, after what waited was written", { timeout: 120_000 }, async () => {
  const file = temp.file();
  const ended = await Promise.race([run("leave", file), delay(60_000, "still running", { ref: false })]);
  expect(ended).toMatchObject({ signal: null });
  expect(["one", "two"].map((id) => open(file).get(id)?.position)).toEqual([2, 2]);
});
