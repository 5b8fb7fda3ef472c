import { expect, test } from "vitest";
import { SqlitePersistence } from "../../src/index.js";
import { crashLab, reading, until } from "./harness.js";

const { start, heir, place, open } = crashLab();

test("killed while it forks, a process has left the whole fork at rest, or nothing", { timeout: 180_000 }, async () => {
  for (const [killAt, there] of [
    ["before:1", false],
    ["after:1", true],
  ] as const) {
    const file = place();
    await heir(["Tally", "continue", file, "one", "s"]);
    const { killed } = await start(["Tally", "fork", file, "two", "one"], { KILL_AT: killAt }).answer;
    expect(killed).toBe(true);
    const fork = await reading(file, (store) => store.get("two"));
    if (there) expect(fork).toMatchObject({ status: "waiting", owned: false, forkedFrom: { run: "one", position: 2 } });
    else expect(fork).toBeUndefined();
    const { result: recovered } = await heir(["Tally", "recover", file, ""]);
    expect(recovered).toEqual([]);
    if (!there) await heir(["Tally", "fork", file, "two", "one"]);
    const { result } = await heir(["Tally", "resume", file, "two"]);
    expect(result).toMatchObject({ output: 11, state: { turns: 11, runs: ["one"] } });
    const next = await heir(["Tally", "continue", file, "three", "s"]);
    expect(next.result.state).toEqual({ turns: 2, runs: ["one", "three"] });
  }
});

test("one process forks what another one drives; both come to their ends", { timeout: 180_000 }, async () => {
  const file = place();
  const gate = place("gate");
  const live = start(["Tally", "continue", file, "one", "s"], { SLOW_UNTIL: gate });
  await until(file, "one", () => true);
  const persistence = new SqlitePersistence(file);
  const { Tally } = await import("./flows.js");
  const fork = await new Tally({ persistence }).runs.fork("one", { state: { turns: 5 } });
  expect(fork).toMatchObject({ forkedFrom: { run: "one", position: 1 }, status: "waiting" });
  expect(await new Tally({ persistence }).resume(fork.id)).toMatchObject({ output: 6, state: { runs: [fork.id] } });
  await persistence.close();
  open(gate);
  expect((await live.answer).result).toMatchObject({ output: 1, state: { turns: 1, runs: ["one"] } });
});
