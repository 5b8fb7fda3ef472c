import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SqlitePersistence } from "../../src/index.js";
import { crashLab, type Starter } from "./harness.js";

let lab: Awaited<ReturnType<typeof crashLab>>;
let start: Starter;
let scratch = 0;
beforeAll(async () => {
  lab = await crashLab();
  start = lab.start;
});
afterAll(() => lab.close());

const place = (name: string) => join(lab.folder, `${name}-${++scratch}`);

test("processes that continue one session at once lose no turn", { timeout: 60_000 }, async () => {
  const file = place("db");
  const counted: string[] = [];
  for (let round = 0; round < 3; round++) {
    const ids = [1, 2, 3].map((n) => `${round}.${n}`);
    const answers = await Promise.all(
      ids.map((id) => start(["Tally", "continue", file, id, "s"], { SLOW_MS: "20" }).answer),
    );
    for (const [i, { result, error }] of answers.entries()) {
      if (result) counted.push(ids[i]!);
      else expect(error).toMatchObject({ code: "SESSION_BUSY", details: { session: "s" } });
    }
    expect(counted.length).toBeGreaterThan(round);
  }
  const { result } = await start(["Tally", "continue", file, "last", "s"]).answer;
  expect(result.output).toBe(counted.length + 1);
  expect([...result.state.runs].sort()).toEqual([...counted, "last"].sort());
});

test("killed before and after every write, a session's run is in the way until it is resumed", {
  timeout: 120_000,
}, async () => {
  for (let write = 1, through = 0; through < 2; write++) {
    for (const when of ["before", "after"]) {
      const file = place("db");
      await start(["Tally", "continue", file, "one", "s"]).answer;
      const { killed } = await start(["Tally", "continue", file, "two", "s"], { KILL_AT: `${when}:${write}` }).answer;
      if (!killed) through++;
      const persistence = new SqlitePersistence(file);
      const two = await persistence.get("two");
      await persistence.close();
      if (two?.status === "running") {
        const busy = await start(["Tally", "continue", file, "three", "s"]).answer;
        expect(busy.error).toMatchObject({ code: "SESSION_BUSY", runId: "two" });
        const resumed = await start(["Tally", "resume", file, "two"]).answer;
        expect(resumed.result).toMatchObject({ output: 2, state: { turns: 2, runs: ["one", "two"] } });
      }
      const { result } = await start(["Tally", "continue", file, "three", "s"]).answer;
      expect(result.state.runs).toEqual(two ? ["one", "two", "three"] : ["one", "three"]);
      expect(result.output).toBe(two ? 3 : 2);
    }
    expect(write).toBeLessThan(20);
  }
});
