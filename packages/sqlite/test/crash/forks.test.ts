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

async function recordOf(file: string, run: string) {
  const persistence = new SqlitePersistence(file);
  try {
    return await persistence.get(run);
  } finally {
    await persistence.close();
  }
}

test("killed while it forks, a process has left the whole fork at rest, or nothing", { timeout: 60_000 }, async () => {
  for (const [killAt, there] of [
    ["before:1", false],
    ["after:1", true],
  ] as const) {
    const file = place("db");
    await start(["Tally", "continue", file, "one", "s"]).answer;
    const { killed } = await start(["Tally", "fork", file, "two", "one"], { KILL_AT: killAt }).answer;
    expect(killed).toBe(true);
    const fork = await recordOf(file, "two");
    if (there) expect(fork).toMatchObject({ status: "waiting", owned: false, forkedFrom: { run: "one", position: 2 } });
    else expect(fork).toBeUndefined();
    const { result: recovered } = await start(["Tally", "recover", file, ""]).answer;
    expect(recovered).toEqual([]);
    if (!there) await start(["Tally", "fork", file, "two", "one"]).answer;
    const { result } = await start(["Tally", "resume", file, "two"]).answer;
    expect(result).toMatchObject({ output: 11, state: { turns: 11, runs: ["one"] } });
    const next = await start(["Tally", "continue", file, "three", "s"]).answer;
    expect(next.result.state).toEqual({ turns: 2, runs: ["one", "three"] });
  }
});

test("one process forks what another one drives; both come to their ends", { timeout: 60_000 }, async () => {
  const file = place("db");
  const live = start(["Tally", "continue", file, "one", "s"], { SLOW_MS: "1500" });
  while ((await recordOf(file, "one")) === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  const persistence = new SqlitePersistence(file);
  const { Tally } = await import("./flows.js");
  const fork = await new Tally({ persistence }).runs.fork("one", { state: { turns: 5 } });
  expect(fork).toMatchObject({ forkedFrom: { run: "one", position: 1 }, status: "waiting" });
  expect(await new Tally({ persistence }).resume(fork.id)).toMatchObject({ output: 6, state: { runs: [fork.id] } });
  await persistence.close();
  expect((await live.answer).result).toMatchObject({ output: 1, state: { turns: 1, runs: ["one"] } });
});
