/** Runs that go on from one another, each through another door: sessions, runs that continue an older one, forks of forks. */
import { type DefinedFlow, MemoryPersistence } from "millrace";
import { beforeAll, expect, test } from "vitest";
import { driven } from "./support/driven.js";
import type { RandomFlow } from "./support/random-flows.js";
import { asBuilder, asClass, asData, asDocument } from "./support/three-doors.js";

const does = { usage: 1, once: false, emits: false, later: false, fails: "never", routes: false, asks: false } as const;
const step = (name: string, adds: number, from: RandomFlow[number]["sources"]) => ({
  does: { ...does, step: name, adds, rounds: 0, child: undefined },
  sources: from,
  when: undefined,
});
const needed = (name: string) => ({ name, as: "needed" as const });

/** Two steps, of which the second waits for the signal. */
const made: RandomFlow = [step("s0", 1, []), step("s1", 2, [needed("s0"), needed("go")])];

let doors: readonly DefinedFlow[];
beforeAll(async () => {
  doors = [asClass(made), asBuilder(made), await asDocument(made), await asData(made)];
});
const by = (i: number, persistence: MemoryPersistence) => new doors[i % doors.length]!({ persistence });

test("a session that goes from door to door: each run begins on what the one before has left", async () => {
  const persistence = new MemoryPersistence();
  for (let i = 0; i < 8; i++) {
    const waiting = await by(i, persistence).continue("talk", { n: 2 } as never, { id: `run ${i}` });
    expect(waiting.status).toBe("waiting");
    const busy = await by(i + 1, persistence)
      .continue("talk", { n: 2 } as never)
      .catch((error: unknown) => error);
    expect(busy).toMatchObject({ code: "SESSION_BUSY" });
    const done = await by(i + 2, persistence).signal(`run ${i}`, "go", 3);
    expect(done).toMatchObject({ status: "completed", state: { n: 3 * (i + 1) }, usage: { "s0:words": 1 } });
  }
  expect((await by(0, persistence).runs.list({ session: "talk" })).runs).toHaveLength(8);
});

test("chains of runs that continue one another, and branches from older ones, through other doors", async () => {
  const persistence = new MemoryPersistence();
  await driven(by(0, persistence), "run");
  for (let i = 1; i < 6; i++) {
    const from = i < 4 ? (i === 1 ? "run" : `run ${i - 1}`) : "run 1";
    const id = `run ${i}`;
    await by(i, persistence).kickoff({ n: 2 } as never, { id, continues: from });
    const { state } = await driven(by(i + 1, persistence), id);
    expect(state).toEqual({ n: 3 * ((i < 4 ? i : 2) + 1) });
    expect((await by(i + 2, persistence).runs.get(id))?.continues?.run).toBe(from);
  }
});

test("forks of forks at every position, each through another door, come to the same end", async () => {
  const persistence = new MemoryPersistence();
  const { output } = await driven(by(0, persistence), "run");
  let origin = "run";
  for (let i = 1; i < 5; i++) {
    const history = await by(i, persistence).runs.history(origin);
    for (const { seq } of history) {
      const id = `${origin}/${i}-${seq}`;
      await by(i + seq, persistence).runs.fork(origin, { at: seq, id });
      const end = await driven(by(i + seq + 1, persistence), id);
      expect([end.status, end.output, end.state]).toEqual(["completed", output, { n: 3 }]);
    }
    origin = `${origin}/${i}-${Math.ceil(history.length / 2)}`;
  }
});

test("several doors take one run up at once: one drives it, and it is driven once", async () => {
  for (let round = 0; round < 4; round++) {
    const persistence = new MemoryPersistence();
    const stop = new AbortController();
    const id = "run";
    const waiting = await by(round, persistence).kickoff({ n: 2 } as never, { id, stopSignal: stop.signal });
    expect(waiting.status).toBe("waiting");
    await persistence.post(id, { kind: "signal", name: "go", payload: 3, at: 0 });
    const ends = await Promise.allSettled(doors.map((Door) => new Door({ persistence }).resume(id)));
    const completed = ends.filter((end) => end.status === "fulfilled" && end.value.status === "completed");
    expect(completed.length).toBeGreaterThan(0);
    for (const end of ends) if (end.status === "rejected") expect(end.reason).toMatchObject({ code: "RUN_OWNED" });
    const history = await by(0, persistence).runs.history(id);
    expect(history.filter(({ entry }) => entry.type === "completed")).toHaveLength(2);
  }
});
