/** Processes that drive one run through different doors and are killed: it comes to what an uninterrupted run comes to. */
import { fileURLToPath } from "node:url";
import type { JournalEntry } from "millrace";
import { beforeAll, expect, test } from "vitest";
import { crashLab, eachWrite, entriesIn, keysIn, noneAgain } from "../../../sqlite/test/crash/harness.js";
import type { Command } from "./child.js";
import { type Door, doorNames, voyageBy } from "./voyage.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const { start, heir, place } = crashLab<Command>(fileURLToPath(new URL("child.ts", import.meta.url)));
const go = (door: Door, file: string): Command => [door, here, file, "run"];
const doorAt = (i: number): Door => doorNames[i % doorNames.length]!;

/** What does not depend on when a run was killed, nor on the order in which steps that run at once end. */
const endOf = ({ output, outputs, state, usage }: any) => ({
  output,
  outputs,
  state: { ...state, seen: [...state.seen].sort() },
  usage,
});

/** What has come of each call, by step and number. */
function callsIn(entries: readonly JournalEntry[]) {
  const calls = entries.flatMap((entry) => {
    if (entry.type !== "completed" && entry.type !== "attempt-failed") return [];
    const { type, step, number, usage, turn } = entry;
    const { output, labels } = entry.type === "completed" ? entry : {};
    return [{ type, step, number, turn, usage, output, labels }];
  });
  return calls.sort((a, b) => `${a.step} ${a.number} ${a.type}`.localeCompare(`${b.step} ${b.number} ${b.type}`));
}

/** What steps must never note again: calls that have committed, and what was done once. */
const doneIn = (entries: readonly JournalEntry[]) =>
  entries.flatMap((entry) =>
    entry.type === "completed"
      ? [`run:${entry.step}:${entry.number}`]
      : entry.type === "once" && entry.step === "left"
        ? [`once ${entry.key}`]
        : [],
  );

let expected: { readonly end: object; readonly calls: object; readonly keys: ReadonlySet<string> };
beforeAll(async () => {
  const file = place();
  const CALL_LOG = place("log");
  const { result } = await start(go("class", file), { CALL_LOG }).answer;
  expected = { end: endOf(result), calls: callsIn(await entriesIn(file)), keys: new Set(keysIn(CALL_LOG)) };
});

async function finish(door: Door, { file, CALL_LOG }: { file: string; CALL_LOG: string }): Promise<void> {
  const { result, error } = await noneAgain(CALL_LOG, doneIn(await entriesIn(file)), () =>
    heir(go(door, file), { CALL_LOG }),
  );
  expect(error).toBeUndefined();
  expect(endOf(result)).toEqual(expected.end);
  expect(callsIn(await entriesIn(file))).toEqual(expected.calls);
  expect(new Set(keysIn(CALL_LOG))).toEqual(expected.keys);
}

test("the doors have one plan, and the uninterrupted run is what it should be", async () => {
  const [first, ...others] = await Promise.all(doorNames.map((door) => voyageBy(door, here)));
  for (const other of others) expect(other.plan()).toEqual(first!.plan());
  expect(expected.end).toMatchObject({
    output: "19 and 7, 15 after left,right",
    usage: { cents: 5, left: 1, right: 2, ports: 1, rounds: 3 },
  });
});

test("killed before every write, it goes on through another door to the same end", { timeout: 900_000 }, async () => {
  await eachWrite(100, async (write) => {
    const file = place();
    const CALL_LOG = place("log");
    const { killed } = await start(go(doorAt(write), file), { CALL_LOG, KILL_AT: `before:${write}` }).answer;
    await finish(doorAt(write + 1 + Math.floor(write / doorNames.length)), { file, CALL_LOG });
    return killed;
  });
});

test("killed at every third write of every life, each through another door", { timeout: 900_000 }, async () => {
  const file = place();
  const CALL_LOG = place("log");
  for (let life = 0; ; life++) {
    const { killed } = await noneAgain(
      CALL_LOG,
      doneIn(await entriesIn(file)),
      () => start(go(doorAt(life), file), { CALL_LOG, KILL_AT: "after:3" }).answer,
    );
    if (!killed) break;
    expect(life).toBeLessThan(60);
  }
  await finish("document", { file, CALL_LOG });
});

test("stopped at every write, it goes on through another door to the same end", { timeout: 900_000 }, async () => {
  await eachWrite(100, async (write) => {
    const file = place();
    const CALL_LOG = place("log");
    const { error } = await heir(go(doorAt(write), file), { CALL_LOG, STOP_AT: String(write) });
    if (error) expect(error.code).toBe("RUN_STOPPED");
    await finish(doorAt(write + 1 + Math.floor(write / doorNames.length)), { file, CALL_LOG });
    return error !== undefined;
  });
});

test("two processes go on with it at once through two doors: one drives it", { timeout: 180_000 }, async () => {
  for (const write of [4, 20]) {
    const file = place();
    const CALL_LOG = place("log");
    await start(go(doorAt(write), file), { CALL_LOG, KILL_AT: `before:${write}` }).answer;
    const done = doneIn(await entriesIn(file));
    const answers = await noneAgain(CALL_LOG, done, () =>
      Promise.all([1, 2].map((i) => start(go(doorAt(i), file), { CALL_LOG }).answer)),
    );
    for (const { error } of answers)
      if (error) expect(["RUN_OWNED", "RUN_CLAIM_LOST", "QUESTION_CLOSED"]).toContain(error.code);
    await finish("data", { file, CALL_LOG });
  }
});
