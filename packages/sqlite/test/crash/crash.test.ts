import { beforeAll, expect, test } from "vitest";
import { atEveryWrite, crashLab, entriesIn, killedAfter, noneAgain } from "./harness.js";

const { start, heir, place } = crashLab();
let expected: { output: any; state: any };
beforeAll(async () => {
  const { result } = await start(["Millwheel", "go", place(), "whole"]).answer;
  expected = essence(result);
});

/** What must not depend on when a run was killed: the order in which parallel steps finished may. */
function essence({ output, state }: any) {
  const { key: _, ...rest } = output;
  return { output: rest, state: { ...state, seen: [...state.seen].sort() } };
}

/** Keys of the calls that have committed. */
async function committedKeys(file: string): Promise<string[]> {
  return (await entriesIn(file)).flatMap((entry) => {
    const key = entry.type === "completed" ? (entry.output as { key?: string } | undefined)?.key : undefined;
    return key ? [key] : [];
  });
}

/** Resumes until the run is through, and checks that nothing committed ran again. */
async function finish(file: string, log: string): Promise<void> {
  const { result, error } = await noneAgain(log, await committedKeys(file), () =>
    heir(["Millwheel", "go", file, "run"], { CALL_LOG: log }),
  );
  expect(error).toBeUndefined();
  expect(essence(result)).toEqual(expected);
}

test("the uninterrupted run is what it should be", () => {
  expect(expected.output).toEqual({ rounds: 4, total: 50 });
  expect(expected.state.seen).toHaveLength(12);
  expect(expected.state.at).toBe(new Date(1_000_000).toISOString());
});

test("killed before and after every write, a run resumes to the same end", { timeout: 900_000 }, async () => {
  await atEveryWrite(100, async (KILL_AT) => {
    const file = place();
    const log = place("log");
    const { killed } = await start(["Millwheel", "go", file, "run"], { CALL_LOG: log, KILL_AT }).answer;
    await finish(file, log);
    return killed;
  });
});

test("killed at every write of every resume too", { timeout: 900_000 }, async () => {
  const file = place();
  const log = place("log");
  for (let lives = 0; ; lives++) {
    // the first two writes of a life are the claim and the first commit: each life gains one
    const { killed } = await noneAgain(
      log,
      await committedKeys(file),
      () => start(["Millwheel", "go", file, "run"], { CALL_LOG: log, KILL_AT: "after:2" }).answer,
    );
    if (!killed) break;
    expect(lives).toBeLessThan(100);
  }
  await finish(file, log);
});

test("killed at random instants, again and again", { timeout: 900_000 }, async () => {
  for (let round = 0; round < 6; round++) {
    const file = place();
    const log = place("log");
    for (let kills = 0; kills < 3; kills++) {
      await killedAfter(60 + Math.random() * 160, start(["Millwheel", "go", file, "run"], { CALL_LOG: log }));
    }
    await finish(file, log);
  }
});
