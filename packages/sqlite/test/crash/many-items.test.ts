/** Runs are killed in the middle of a list: no element that has committed is called again, and all are collected. */
import { expect, test } from "vitest";
import type { Command } from "./commands.js";
import { crashLab, entriesIn, killedAfter, noneAgain } from "./harness.js";
import { pileSize } from "./pile.js";

const { start, heir, place } = crashLab();
const indexes = Array.from({ length: pileSize }, (_, n) => n).filter((n) => n % 20 !== 7);
const whole = {
  status: "completed",
  output: indexes,
  state: { total: indexes.reduce((sum, n) => sum + n, 0), heard: indexes.length },
};

/** Keys of the elements that have committed; each but once. */
async function committedKeys(file: string): Promise<string[]> {
  const keys = (await entriesIn(file)).flatMap((entry) =>
    entry.type === "completed" && entry.step === "take" ? [(entry.output as { key: string }).key] : [],
  );
  expect(new Set(keys).size).toBe(keys.length);
  return keys;
}

const go = (file: string): Command => ["Pile", "go", file, "run"];

/** The life after all others: it comes to the end that an uninterrupted run has. */
async function finish(file: string, log: string): Promise<void> {
  const { result, error } = await noneAgain(log, await committedKeys(file), () => heir(go(file), { CALL_LOG: log }));
  expect(error).toBeUndefined();
  expect(result).toMatchObject(whole);
  expect((await committedKeys(file)).length).toBe(indexes.length);
}

test("killed at writes all through the list, a run resumes to the same end", { timeout: 300_000 }, async () => {
  const file = place();
  const log = place("log");
  const lives = [1, 2, 3, 11, 29, 17];
  for (const [i, write] of lives.entries()) {
    const KILL_AT = `${i % 2 === 0 ? "before" : "after"}:${write}`;
    const { killed } = await noneAgain(
      log,
      await committedKeys(file),
      () => start(go(file), { CALL_LOG: log, KILL_AT }).answer,
    );
    expect(killed).toBe(true);
  }
  await finish(file, log);
});

test("killed at random instants, again and again", { timeout: 300_000 }, async () => {
  for (let round = 0; round < 3; round++) {
    const file = place();
    const log = place("log");
    for (let kills = 0; kills < 4; kills++) {
      await noneAgain(log, await committedKeys(file), () =>
        killedAfter(120 + Math.random() * 180, start(go(file), { CALL_LOG: log })),
      );
    }
    await finish(file, log);
  }
});
