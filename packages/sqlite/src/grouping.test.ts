// Where several runs are driven at a time, their writes share transactions. The conformance suite runs the same promises; here:
// that they are shared at all, and what happens when one of them, or all, go wrong.
import Database from "better-sqlite3";
import { type Claim, FlowError } from "millrace";
import { afterAll, afterEach, expect, test } from "vitest";
import type { SqlitePersistenceOptions } from "./sqlite-options.js";
import type { SqlitePersistence } from "./sqlite-persistence.js";
import { newRun, opener, row, rows, tempFolder } from "./testing/fixtures.js";

const temp = tempFolder();
afterAll(temp.remove);

const { open, raw, closeAll } = opener();
afterEach(closeAll);

/** A store with some claimed runs. */
async function busyStore(ids: readonly string[], options: SqlitePersistenceOptions = {}, file = temp.file()) {
  const store = open(file, options);
  const claims = await Promise.all(ids.map(async (id) => store.create(newRun(id))));
  return { store, file, claims: claims as [Claim, Claim, Claim] };
}

/** How each of several writes ended: its answer, or the code of its error. */
async function outcomes(writes: readonly unknown[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(writes);
  return settled.map((result) => {
    if (result.status === "fulfilled") return result.value ?? "stored";
    return FlowError.is(result.reason) ? result.reason.code : result.reason;
  });
}

const seqs = (store: SqlitePersistence, id: string) => store.history(id).map(({ seq }) => seq);

test("writes of several runs share a transaction; a run that is alone again is answered at once", async () => {
  let commits = 0;
  class Counted extends Database {
    override prepare(sql: string): any {
      const statement = super.prepare(sql);
      if (sql !== "COMMIT") return statement;
      return {
        run() {
          commits++;
          return statement.run();
        },
      };
    }
  }
  const { store, claims } = await busyStore(["a", "b", "c"], { driver: Counted });
  commits = 0;
  const writes = claims.map((claim) => store.append(claim, { rows: rows(2, 3) }));
  expect(writes.every((write) => write instanceof Promise)).toBe(true);
  expect(seqs(store, "a")).toEqual([1]);
  await Promise.all(writes);
  expect(commits).toBe(1);
  expect(seqs(store, "a")).toEqual([1, 2, 3]);
  await Promise.all(claims.slice(1).map((claim) => store.rest(claim, { rows: [] }, { status: "completed" })));
  expect(commits).toBe(2);
  expect(store.append(claims[0], { rows: [row(4)] })).toBe(undefined);
});

test("a run that was lost to another process counts no more", async () => {
  const { store, file, claims } = await busyStore(["a", "b"], { claimMs: 0 });
  const other = open(file);
  await other.claim("b", claims[1].owner);
  expect(await outcomes([store.append(claims[1], { rows: [row(2)] })])).toEqual(["RUN_CLAIM_LOST"]);
  expect(store.append(claims[0], { rows: [row(2)] })).toBe(undefined);
});

test("more writes than fit in one transaction are all stored", async () => {
  const ids = Array.from({ length: 1500 }, (_, i) => `run ${i}`);
  const { store, claims } = await busyStore(ids);
  await Promise.all(claims.map((claim) => store.append(claim, { rows: [row(2)] })));
  expect(ids.filter((id) => seqs(store, id).length === 2)).toHaveLength(1500);
});

test("a write that the database refuses fails alone", async () => {
  const { store, claims } = await busyStore(["a", "b", "c"]);
  const [a, b, c] = claims;
  const results = await outcomes([
    store.append(a, { rows: [row(2)] }),
    store.append(b, { rows: [row(2), row(1)] }),
    store.append(c, { rows: [row(2)] }),
    store.create(newRun("d")),
    store.append(c, { rows: [row(3)] }),
  ]);
  expect(results).toEqual(["stored", "INTERNAL", "stored", { ...a, runId: "d", owner: expect.anything() }, "stored"]);
  expect(["a", "b", "c", "d"].map((id) => seqs(store, id))).toEqual([[1, 2], [1], [1, 2, 3], [1]]);
  await store.append(b, { rows: [row(2)] });
  expect(seqs(store, "b")).toEqual([1, 2]);
});

test("what the disk has no room for fails, with what follows it in its run; the rest is stored", async () => {
  class Small extends Database {
    constructor(file: string, options?: Database.Options) {
      super(file, options);
      this.pragma("max_page_count = 60");
    }
  }
  const { store, claims } = await busyStore(["a", "b", "c"], { driver: Small });
  const [a, b, c] = claims;
  const big = "x".repeat(400_000);
  const results = await outcomes([
    store.append(a, { rows: [row(2)] }),
    store.append(b, { rows: [row(2, big)] }),
    store.append(b, { rows: [row(3)] }),
    store.rest(b, { rows: [row(4)] }, { status: "completed" }),
    store.append(c, { rows: [row(2)] }),
    store.append(b, { rows: [row(2)] }),
  ]);
  expect(results).toEqual([
    "stored",
    "PERSISTENCE_FULL",
    "PERSISTENCE_FAILED",
    "PERSISTENCE_FAILED",
    "stored",
    "stored",
  ]);
  expect(["a", "b", "c"].map((id) => seqs(store, id))).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  expect(store.get("b")?.status).toBe("running");
});

test("a locked file fails the whole group, and what waited behind it leaves no gap", async () => {
  const { store, file, claims } = await busyStore(["a", "b"], { busyTimeoutMs: 20 });
  const [a, b] = claims;
  const other = raw(file);
  other.exec("BEGIN IMMEDIATE");
  const first = [store.append(a, { rows: [row(2)] }), store.append(b, { rows: [row(2)] })];
  // Submitted between the failing group and its answers: they arrive in this turn of the event loop too.
  const late = outcomes(first).then(() => other.exec("ROLLBACK"));
  expect(await outcomes(first)).toEqual(["PERSISTENCE_LOCKED", "PERSISTENCE_LOCKED"]);
  await late;
  expect(await outcomes([store.append(a, { rows: [row(2)] }), store.append(b, { rows: [row(2)] })])).toEqual([
    "stored",
    "stored",
  ]);
  expect(seqs(store, "a")).toEqual([1, 2]);
});

test("writes that waited behind others that were given up are checked to follow on", async () => {
  const { store, file, claims } = await busyStore(["a", "b"], { busyTimeoutMs: 600 });
  const [a, b] = claims;
  const other = raw(file);
  other.exec("BEGIN IMMEDIATE");
  const first = outcomes([store.append(a, { rows: [row(2)] })]);
  const given = first.then(() => other.exec("ROLLBACK"));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const second = outcomes([store.append(a, { rows: [row(3)] }), store.append(b, { rows: [row(2)] })]);
  await given;
  expect(await first).toEqual(["PERSISTENCE_LOCKED"]);
  // on a machine that stood still meanwhile, their time is over as well
  const [ofA, ofB] = await second;
  expect(["PERSISTENCE_FAILED,stored", "PERSISTENCE_LOCKED,PERSISTENCE_LOCKED"]).toContain(`${ofA},${ofB}`);
  expect(["a", "b"].map((id) => seqs(store, id))).toEqual([[1], ofB === "stored" ? [1, 2] : [1]]);
});
