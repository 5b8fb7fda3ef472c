import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SqlitePersistence } from "../../src/index.js";
import { crashLab, keysIn, type Starter } from "./harness.js";

let lab: Awaited<ReturnType<typeof crashLab>>;
let start: Starter;
let expected: { output: any; state: any };
let scratch = 0;
beforeAll(async () => {
  lab = await crashLab();
  start = lab.start;
  const { result } = await start(["Millwheel", "go", place("db"), "whole"]).answer;
  expected = essence(result);
});
afterAll(() => lab.close());

const place = (name: string) => join(lab.folder, `${name}-${++scratch}`);

/** What must not depend on when a run was killed: the order in which parallel steps finished may. */
function essence({ output, state }: any) {
  const { key: _, ...rest } = output;
  return { output: rest, state: { ...state, seen: [...state.seen].sort() } };
}

/** Keys of the calls that have committed. */
async function committedKeys(file: string, run: string): Promise<string[]> {
  const persistence = new SqlitePersistence(file);
  try {
    if (!(await persistence.get(run))) return [];
    const rows = await persistence.history(run);
    return rows.flatMap(({ entry }) => {
      const key = entry.type === "completed" ? (entry.output as { key?: string } | undefined)?.key : undefined;
      return key ? [key] : [];
    });
  } finally {
    await persistence.close();
  }
}

/** Resumes until the run is through, and checks that nothing committed ran again. */
async function finish(file: string, log: string): Promise<void> {
  const committed = await committedKeys(file, "run");
  const before = keysIn(log).length;
  const { result, error } = await start(["Millwheel", "go", file, "run"], { CALL_LOG: log }).answer;
  expect(error).toBeUndefined();
  expect(essence(result)).toEqual(expected);
  const again = keysIn(log).slice(before);
  expect(again.filter((key) => committed.includes(key))).toEqual([]);
}

test("the uninterrupted run is what it should be", () => {
  expect(expected.output).toEqual({ rounds: 4, total: 50 });
  expect(expected.state.seen).toHaveLength(12);
  expect(expected.state.at).toBe(new Date(1_000_000).toISOString());
});

test("killed before and after every write, a run resumes to the same end", { timeout: 300_000 }, async () => {
  for (let write = 1; ; write++) {
    let through = 0;
    for (const when of ["before", "after"]) {
      const file = place("db");
      const log = place("log");
      const { killed } = await start(["Millwheel", "go", file, "run"], { CALL_LOG: log, KILL_AT: `${when}:${write}` })
        .answer;
      if (!killed) through++;
      await finish(file, log);
    }
    if (through === 2) break;
    expect(write).toBeLessThan(100);
  }
});

test("killed at every write of every resume too", { timeout: 300_000 }, async () => {
  const file = place("db");
  const log = place("log");
  for (let lives = 0; ; lives++) {
    const committed = await committedKeys(file, "run");
    const before = keysIn(log).length;
    // the first two writes of a life are the claim and the first commit: each life gains one
    const { killed } = await start(["Millwheel", "go", file, "run"], { CALL_LOG: log, KILL_AT: "after:2" }).answer;
    const again = keysIn(log).slice(before);
    expect(again.filter((key) => committed.includes(key))).toEqual([]);
    if (!killed) break;
    expect(lives).toBeLessThan(100);
  }
  await finish(file, log);
});

test("killed at random instants, again and again", { timeout: 300_000 }, async () => {
  for (let round = 0; round < 6; round++) {
    const file = place("db");
    const log = place("log");
    for (let kills = 0; kills < 3; kills++) {
      const child = start(["Millwheel", "go", file, "run"], { CALL_LOG: log });
      child.answer.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 60 + Math.random() * 160));
      child.process.kill("SIGKILL");
      await child.answer;
    }
    await finish(file, log);
  }
});
