import { strict as assert } from "node:assert";
import {
  FlowError,
  type FlowPersistence,
  type NewRun,
  type PruneQuery,
  type Rest,
  type RunQuery,
  thisOwner,
} from "millrace";
import { type Checks, refuses } from "./check.js";
import { newRun, restedRun, row, start, successes } from "./samples.js";

const session = "s";
const completed: Rest = { status: "completed" };
const after = (run: string, position = 1) => ({ session, previous: { run, position } });

/** The id of the run that is in the way. */
async function busyWith(create: () => unknown): Promise<string | undefined> {
  try {
    await create();
  } catch (error) {
    if (FlowError.is(error, "SESSION_BUSY")) return error.runId;
    throw error;
  }
  assert.fail("The session should have been busy.");
}

async function ids(store: FlowPersistence): Promise<string[]> {
  return (await store.list({})).runs.map((run) => run.id).sort();
}

/** Step by step, to the end. */
async function pruneAll(store: FlowPersistence, query: PruneQuery): Promise<void> {
  for (let cursor: string | undefined; ; ) {
    const step = await store.prune({ ...query, ...(cursor !== undefined && { cursor }) });
    cursor = step.next;
    if (cursor === undefined) break;
  }
  while (await store.tidy());
}

export const sessionChecks: Checks = {
  "create refuses a second run of a session while one runs or waits": async ({ store }) => {
    const claim = await store.create(newRun("a", { session }));
    assert.equal(await busyWith(() => store.create(newRun("b", after("a")))), "a");
    await store.rest(claim, { rows: [] }, { status: "waiting" });
    assert.equal(await busyWith(() => store.create(newRun("b", after("a")))), "a");
    await store.claim("a", thisOwner());
    assert.equal(await busyWith(() => store.create(newRun("b", after("a")))), "a");
    assert.deepEqual(await ids(store), ["a"]);
  },

  "create goes on with a session whose newest run has ended where its maker saw it": async ({ store }) => {
    await restedRun(store, newRun("a", { session }), completed);
    await restedRun(store, newRun("b", after("a")), { status: "failed" });
    const claim = await store.create(newRun("c", after("b")));
    await store.rest(claim, { rows: [row(2), row(3)] }, { status: "cancelled" });
    await store.create(newRun("d", after("c", 3)));
    assert.equal((await store.get("d"))?.session, session);
    assert.deepEqual(await ids(store), ["a", "b", "c", "d"]);
  },

  "create refuses a run whose maker did not see the newest one of its session, or not all of it": async ({ store }) => {
    const claim = await store.create(newRun("a", { session }));
    await store.rest(claim, { rows: [row(2)] }, completed);
    assert.equal(await busyWith(() => store.create(newRun("b", { session }))), "a");
    assert.equal(await busyWith(() => store.create(newRun("b", after("a", 1)))), "a");
    await restedRun(store, newRun("c", after("a", 2)), completed);
    assert.equal(await busyWith(() => store.create(newRun("b", after("a", 2)))), "c");
    await refuses("SESSION_BUSY", () => store.create(newRun("b", { session: "t", previous: after("a", 2).previous })));
    assert.deepEqual(await ids(store), ["a", "c"]);
  },

  "a run of a session may stand on an older one than the newest, or on none: both are kept": async ({ store }) => {
    await restedRun(store, newRun("a", { session }), completed);
    await restedRun(store, newRun("b", { ...after("a"), continues: { run: "a", position: 1 } }), completed);
    await restedRun(store, newRun("c", { ...after("b"), continues: { run: "a", position: 1 } }), completed);
    await restedRun(store, newRun("d", after("c")), completed);
    assert.deepEqual((await store.get("c"))?.continues, { run: "a", position: 1 });
    assert.equal((await store.get("d"))?.continues, undefined);
    assert.equal(await busyWith(() => store.create(newRun("e", after("a")))), "d");
    assert.deepEqual((await store.list({ continues: "a" })).runs.map(({ id }) => id).sort(), ["b", "c"]);
  },

  "a session's newest run is the one that a list of it begins with": async ({ store }) => {
    await restedRun(store, newRun("a", { session, createdAt: start + 5 }), completed);
    await restedRun(store, newRun("b", { ...after("a"), createdAt: start }), completed);
    await restedRun(store, newRun("c", { ...after("a"), createdAt: start + 5 }), completed);
    assert.equal((await store.list({ flow: "Review", session, limit: 1 })).runs[0]?.id, "c");
    await store.create(newRun("d", { ...after("c"), createdAt: start + 6 }));
  },

  "sessions of one name are apart in different flows, and runs without one are in none's way": async ({ store }) => {
    await store.create(newRun("a", { session }));
    await store.create(newRun("b", { session, flow: "Order" }));
    await store.create(newRun("c", { session: "t" }));
    await store.create(newRun("d"));
    await store.create(newRun("e"));
    assert.deepEqual(await ids(store), ["a", "b", "c", "d", "e"]);
  },

  "create says RUN_EXISTS before SESSION_BUSY": async ({ store }) => {
    await store.create(newRun("a", { session }));
    await refuses("RUN_EXISTS", () => store.create(newRun("a", { session })));
  },

  "of many creates of one session at once exactly one succeeds": async ({ store }) => {
    await restedRun(store, newRun("first", { session }), completed);
    const creates = Array.from({ length: 8 }, (_, i) => () => store.create(newRun(`${i}`, after("first"))));
    assert.equal(await successes(creates), 1);
    assert.equal((await ids(store)).length, 2);
  },

  "claim refuses an ended run of a session while another one runs or waits": async ({ store }) => {
    await restedRun(store, newRun("a", { session }), { status: "failed" });
    const claim = await store.create(newRun("b", after("a")));
    await refuses("SESSION_BUSY", () => store.claim("a", thisOwner()));
    assert.equal((await store.get("a"))?.status, "failed");
    await store.rest(claim, { rows: [] }, completed);
    await store.claim("a", thisOwner());
    assert.equal(await busyWith(() => store.create(newRun("c", after("b")))), "a");
    await refuses("SESSION_BUSY", () => store.claim("b", thisOwner()));
  },

  "a run of a session that was released, or waits, is claimed again": async ({ store }) => {
    const claim = await store.create(newRun("a", { session }));
    await store.release(claim);
    await store.rest(await store.claim("a", thisOwner()), { rows: [] }, { status: "waiting" });
    await store.rest(await store.claim("a", thisOwner()), { rows: [] }, completed);
    await store.create(newRun("b", after("a")));
  },

  "list answers the newest run of each session, of all or of those whose names begin alike": async ({ store }) => {
    const list = async (query: RunQuery) => (await store.list(query)).runs.map(({ id }) => id).join(" ");
    assert.equal(await list({ newestOf: "" }), "");
    await restedRun(store, newRun("alone"), completed);
    await restedRun(store, newRun("a1", { session: "ann one", createdAt: start }), completed);
    await restedRun(store, newRun("b1", { session: "bob one", createdAt: start + 1 }), completed);
    const next = { session: "ann one", previous: { run: "a1", position: 1 }, createdAt: start + 2 };
    await restedRun(store, newRun("a2", next), { status: "failed" });
    await store.create(newRun("a3", { session: "ann two", createdAt: start + 3 }));
    await restedRun(store, newRun("o1", { session: "ann one", flow: "Order", createdAt: start + 4 }), completed);
    assert.equal(await list({ newestOf: "" }), "o1 a3 a2 b1");
    assert.equal(await list({ newestOf: "ann", flow: "Review" }), "a3 a2");
    assert.equal(await list({ newestOf: "ann o", status: ["failed", "running"] }), "a2");
    assert.equal(await list({ newestOf: "ann ", from: start + 3, to: start + 4 }), "a3");
    assert.equal(await list({ newestOf: "carl" }), "");
    assert.equal(await list({ newestOf: "ann", session: "ann two" }), "a3");
    const first = await store.list({ newestOf: "", limit: 3 });
    assert.equal(await list({ newestOf: "", cursor: first.next! }), "b1");
    // one that is resumed stays what it was: not the newest
    const claim = await store.claim("a1", thisOwner());
    await store.rest(claim, { rows: [row(2)] }, completed);
    assert.equal(await list({ newestOf: "ann one", flow: "Review" }), "a2");
  },

  "runs whose states have most in common are each whole, whichever of them goes": async ({ store }) => {
    const said = Array.from({ length: 8 }, (_, turn) => `turn ${turn} said \ud83d\udc69 ${"é日x ".repeat(1500)}`);
    const inputs = (turn: number) => ({ said: said[turn] });
    const entry = (turn: number) =>
      ({
        type: "started",
        at: start + turn,
        inputs: inputs(turn),
        state: { turn, said: said.slice(0, turn) },
      }) as const;
    for (let turn = 0; turn < said.length; turn++) {
      const place = turn === 0 ? { session } : after(`${turn - 1}`);
      const rows = [{ seq: 1, entry: entry(turn) }];
      await restedRun(store, newRun(`${turn}`, { ...place, createdAt: start + turn, rows }), completed);
    }
    const isWhole = async (turn: number) => {
      assert.deepEqual((await store.load(`${turn}`))?.rows, [{ seq: 1, entry: entry(turn) }]);
      assert.deepEqual(await store.history(`${turn}`), [{ seq: 1, entry: entry(turn) }]);
      const [first] = await store.history(`${turn}`, { withoutState: true });
      assert.deepEqual(first?.entry.type === "started" && first.entry.inputs, inputs(turn));
    };
    for (let turn = 0; turn < said.length; turn++) await isWhole(turn);
    await store.compact("5", { seq: 1, data: { state: entry(5).state } });
    assert.deepEqual((await store.load("5"))?.snapshot, { seq: 1, data: { state: entry(5).state } });
    await pruneAll(store, { session, to: start + 3 });
    for (const turn of [3, 4, 6, 7]) await isWhole(turn);
    assert.deepEqual((await store.load("5"))?.snapshot, { seq: 1, data: { state: entry(5).state } });
    await pruneAll(store, { session });
    assert.deepEqual(await ids(store), ["7"]);
    await isWhole(7);
  },
};

export const sharedSessionChecks: Checks = {
  "of creates of one session through two instances at once exactly one succeeds": async ({ store, another }) => {
    const instances = [store, await another()];
    let previous: Pick<NewRun, "previous"> = {};
    for (let i = 0; i < 10; i++) {
      const made = instances.map((instance, j) => () => instance.create(newRun(`${i}.${j}`, { session, ...previous })));
      assert.equal(await successes(made), 1);
      const [run] = (await store.list({ session, status: "running" })).runs;
      for (const instance of instances) await refuses("SESSION_BUSY", () => instance.create(newRun("x", { session })));
      const owner = instances[Number(run!.id.split(".")[1])]!;
      await owner.rest({ runId: run!.id, epoch: 1, owner: thisOwner() }, { rows: [] }, completed);
      previous = { previous: { run: run!.id, position: 1 } };
    }
  },
};
