import { expect, test } from "vitest";
import type { SqlitePersistence } from "../../src/index.js";
import { saidBy } from "./flows.js";
import { atEveryWrite, crashLab, reading } from "./harness.js";

const { start, heir, place } = crashLab();

test("processes that continue one session at once lose no turn", { timeout: 180_000 }, async () => {
  const file = place();
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
  const { result } = await heir(["Tally", "continue", file, "last", "s"]);
  expect(result.output).toBe(counted.length + 1);
  expect([...result.state.runs].sort()).toEqual([...counted, "last"].sort());
});

test("killed before and after every write, a session's run is in the way until it is resumed", {
  timeout: 300_000,
}, async () => {
  await atEveryWrite(20, async (KILL_AT) => {
    const file = place();
    await heir(["Tally", "continue", file, "one", "s"]);
    const { killed } = await start(["Tally", "continue", file, "two", "s"], { KILL_AT }).answer;
    const two = await reading(file, (store) => store.get("two"));
    if (two?.status === "running") {
      const busy = await heir(["Tally", "continue", file, "three", "s"]);
      expect(busy.error).toMatchObject({ code: "SESSION_BUSY", runId: "two" });
      const resumed = await heir(["Tally", "resume", file, "two"]);
      expect(resumed.result).toMatchObject({ output: 2, state: { turns: 2, runs: ["one", "two"] } });
    }
    const { result } = await heir(["Tally", "continue", file, "three", "s"]);
    expect(result.state.runs).toEqual(two ? ["one", "two", "three"] : ["one", "three"]);
    expect(result.output).toBe(two ? 3 : 2);
    return killed;
  });
});

test("killed before and after every write, a run on another one's state is there with all of it, or not at all", {
  timeout: 300_000,
}, async () => {
  await atEveryWrite(20, async (KILL_AT) => {
    const file = place();
    await heir(["Tally", "go", file, "one"]);
    const { killed } = await start(["Tally", "after", file, "two", "one"], { KILL_AT }).answer;
    const two = await reading(file, (store) => store.get("two"));
    if (two) expect(two.continues).toMatchObject({ run: "one" });
    if (two?.status === "running") {
      const early = await heir(["Tally", "after", file, "three", "two"]);
      expect(early.error).toMatchObject({ code: "RUN_NOT_AT_REST", runId: "two" });
    }
    const { result } = await heir(["Tally", two ? "resume" : "after", file, "two", "one"]);
    expect(result).toMatchObject({ output: 2, state: { turns: 2, runs: ["one", "two"] } });
    const next = await heir(["Tally", "after", file, "three", "two"]);
    expect(next.result.state).toEqual({ turns: 3, runs: ["one", "two", "three"] });
    return killed;
  });
});

test("killed before and after every write, a session that branches stands on the older run, or goes on as it was", {
  timeout: 300_000,
}, async () => {
  await atEveryWrite(20, async (KILL_AT) => {
    const file = place();
    await heir(["Tally", "continue", file, "one", "s"]);
    await heir(["Tally", "continue", file, "two", "s"]);
    const { killed } = await start(["Tally", "branch", file, "three", "s one"], { KILL_AT }).answer;
    const three = await reading(file, (store) => store.get("three"));
    if (three) expect(three.continues).toMatchObject({ run: "one" });
    if (three?.status === "running") await heir(["Tally", "resume", file, "three"]);
    const { result } = await heir(["Tally", "continue", file, "four", "s"]);
    expect(result.state.runs).toEqual(three ? ["one", "three", "four"] : ["one", "two", "four"]);
    return killed;
  });
});

test("killed before and after every write, runs that share what they begin with are whole, and go one by one", {
  timeout: 300_000,
}, async () => {
  await atEveryWrite(20, async (KILL_AT) => {
    const file = place();
    for (const id of ["one", "two", "three"]) await heir(["Chronicle", "continue", file, id, "s"]);
    const { killed } = await start(["Chronicle", "continue", file, "four", "s"], { KILL_AT }).answer;
    const all = ["one", "two", "three", "four", "five"];
    const four = await reading(file, (store) => store.get("four"));
    if (four?.status === "running") await heir(["Chronicle", "resume", file, "four"]);
    const { result } = await heir(["Chronicle", "continue", file, "five", "s"]);
    const told = all.filter((id) => id !== "four" || four).map(saidBy);
    expect(result.state.said).toEqual(told);
    await reading(file, async (store) => {
      const begun = (id: string) => store.history(id).map(({ entry }) => entry.type === "started" && entry.state)[0];
      for (const [i, id] of all.slice(0, 3).entries()) expect(begun(id)).toEqual({ said: told.slice(0, i) });
      for (let at = {}; ; ) {
        const { next } = await store.prune({ session: "s", ...at });
        if (next === undefined) break;
        at = { cursor: next };
      }
      while (await store.tidy());
      expect(store.list({}).runs.map(({ id }) => id)).toEqual(["five"]);
      expect(begun("five")).toEqual({ said: told.slice(0, -1) });
    });
    return killed;
  });
});

test("killed before and after every write of its cancel, a run has left what it leaves with it, or not at all", {
  timeout: 300_000,
}, async () => {
  await atEveryWrite(20, async (KILL_AT) => {
    const file = place();
    const { killed } = await start(["Remark", "continue", file, "one", "s"], { KILL_AT }).answer;
    const typesOf = (store: SqlitePersistence) => store.history("one").map(({ entry: { type } }) => type);
    const types = await reading(file, (store) => (store.get("one") ? typesOf(store) : undefined));
    const isCancelled = types?.includes("cancelled") ?? false;
    expect(types?.includes("left") ?? false).toBe(isCancelled);
    if (types) await heir(["Remark", "cancel", file, "one"]);
    await heir(["Remark", "continue", file, "two", "s"]);
    await reading(file, (store) => {
      if (types) expect(store.get("one")?.status).toBe("cancelled");
      const [begun] = store.history("two");
      expect(begun?.entry).toMatchObject({ type: "started", state: { said: isCancelled ? ["one"] : [] } });
    });
    return killed;
  });
});
