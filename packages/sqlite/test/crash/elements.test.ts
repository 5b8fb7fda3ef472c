/** Runs are killed with elements between steps: each is done once in every step, and all stand where they belong. */
import { expect, test } from "vitest";
import type { Command } from "./commands.js";
import { crashLab, entriesIn, killedAfter, noneAgain } from "./harness.js";
import { stagesSize } from "./stages.js";

const { start, heir, place } = crashLab();
const ends = Array.from({ length: stagesSize }, (_, n) => {
  if (n % 20 === 9) return "failed";
  return n % 20 === 7 ? "skipped" : n * 3;
});
const through = Array.from({ length: stagesSize }, (_, n) => n).filter((n) => n % 20 !== 9 && n % 20 !== 7);
const whole = { status: "completed", state: { stored: through.reduce((sum, n) => sum + 2 * n, 0) } };
const steps: readonly string[] = ["fetch", "parse", "store"];

/** Keys of the calls that have committed; each but once. */
async function committedKeys(file: string): Promise<string[]> {
  const keys = (await entriesIn(file)).flatMap((entry) =>
    entry.type === "completed" && steps.includes(entry.step) ? [(entry.output as { key: string }).key] : [],
  );
  expect(new Set(keys).size).toBe(keys.length);
  return keys;
}

const go = (file: string): Command => ["Stages", "go", file, "run"];

async function finish(file: string, log: string): Promise<void> {
  const { result, error } = await noneAgain(log, await committedKeys(file), () => heir(go(file), { CALL_LOG: log }));
  expect(error).toBeUndefined();
  expect(result).toMatchObject(whole);
  const outputs = (await entriesIn(file)).flatMap((entry) =>
    entry.type === "completed" && entry.step === "all" ? [entry.output] : [],
  );
  expect(outputs).toEqual([ends]);
  const done = stagesSize - stagesSize / 20;
  expect((await committedKeys(file)).length).toBe(done + through.length * 2);
}

test("killed at writes all along the way, a run resumes to the same end", { timeout: 300_000 }, async () => {
  const file = place();
  const log = place("log");
  const lives = [1, 2, 3, 7, 19, 4, 11, 2];
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
  for (let round = 0; round < 2; round++) {
    const file = place();
    const log = place("log");
    for (let kills = 0; kills < 4; kills++) {
      await noneAgain(log, await committedKeys(file), () =>
        killedAfter(100 + Math.random() * 150, start(go(file), { CALL_LOG: log })),
      );
    }
    await finish(file, log);
  }
});
