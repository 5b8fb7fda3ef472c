/** Runs are killed in the middle of a list: no element that has committed is called again, and all are collected. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SqlitePersistence } from "../../src/index.js";
import { crashLab, keysIn, type Starter } from "./harness.js";
import { pileSize } from "./pile.js";

let lab: Awaited<ReturnType<typeof crashLab>>;
let start: Starter;
let scratch = 0;
beforeAll(async () => {
  lab = await crashLab();
  start = lab.start;
});
afterAll(() => lab.close());

const place = (name: string) => join(lab.folder, `${name}-${++scratch}`);
const indexes = Array.from({ length: pileSize }, (_, n) => n).filter((n) => n % 20 !== 7);
const whole = {
  status: "completed",
  output: indexes,
  state: { total: indexes.reduce((sum, n) => sum + n, 0), heard: indexes.length },
};

/** Keys of the elements that have committed; each but once. */
async function committedKeys(file: string): Promise<string[]> {
  const persistence = new SqlitePersistence(file);
  try {
    if (!(await persistence.get("run"))) return [];
    const keys = (await persistence.history("run")).flatMap(({ entry }) =>
      entry.type === "completed" && entry.step === "take" ? [(entry.output as { key: string }).key] : [],
    );
    expect(new Set(keys).size).toBe(keys.length);
    return keys;
  } finally {
    await persistence.close();
  }
}

/** One life of the run, and that it calls for nothing that had committed before. */
async function live(file: string, log: string, live: () => ReturnType<Starter>["answer"]) {
  const committed = new Set(await committedKeys(file));
  const before = keysIn(log).length;
  const answer = await live();
  const again = keysIn(log).slice(before);
  expect(again.filter((key) => committed.has(key))).toEqual([]);
  return answer;
}

const go = (file: string, log: string, killAt = "never:0") =>
  start(["Pile", "go", file, "run"], { CALL_LOG: log, KILL_AT: killAt }).answer;

test("killed at writes all through the list, a run resumes to the same end", { timeout: 300_000 }, async () => {
  const file = place("db");
  const log = place("log");
  const lives = [1, 2, 3, 11, 29, 17];
  for (const [i, write] of lives.entries()) {
    const { killed } = await live(file, log, () => go(file, log, `${i % 2 === 0 ? "before" : "after"}:${write}`));
    expect(killed).toBe(true);
  }
  const { result, error } = await live(file, log, () => go(file, log));
  expect(error).toBeUndefined();
  expect(result).toMatchObject(whole);
  expect((await committedKeys(file)).length).toBe(indexes.length);
});

test("killed at random instants, again and again", { timeout: 300_000 }, async () => {
  for (let round = 0; round < 3; round++) {
    const file = place("db");
    const log = place("log");
    for (let kills = 0; kills < 4; kills++) {
      await live(file, log, async () => {
        const child = start(["Pile", "go", file, "run"], { CALL_LOG: log });
        child.answer.catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 120 + Math.random() * 180));
        child.process.kill("SIGKILL");
        return child.answer;
      });
    }
    const { result } = await live(file, log, () => go(file, log));
    expect(result).toMatchObject(whole);
  }
});
