// While another process holds the file locked, writes wait in their order and the event loop goes on.
import Database from "better-sqlite3";
import type { Claim } from "millrace";
import { afterAll, afterEach, expect, test } from "vitest";
import { codeOf, errorOf, newRun, opener, row, tempFolder } from "./testing/fixtures.js";

const temp = tempFolder();
afterAll(temp.remove);
const { open, raw, closeAll } = opener();
afterEach(closeAll);

/** Long enough for any machine: none of these tests waits for its end. */
const patient = { busyTimeoutMs: 60_000 };
/** Resolves after so many timers, each set when the one before has come: nothing held the event loop up for long. */
async function timers(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function lockedStore(ids: readonly string[]) {
  const file = temp.file();
  const store = open(file, patient);
  const claims: Claim[] = [];
  for (const id of ids) claims.push(await store.create(newRun(id)));
  const other = raw(file);
  other.exec("BEGIN IMMEDIATE");
  return { store, claims: claims as [Claim, Claim], other };
}

test("a write that is alone waits by a timer, and is stored once the lock is gone", async () => {
  const { store, claims, other } = await lockedStore(["a"]);
  let stored = false;
  const append = Promise.resolve(store.append(claims[0], { rows: [row(2)] })).then(() => {
    stored = true;
  });
  await timers(50);
  expect([stored, store.load("a")?.rows.length]).toEqual([false, 1]);
  other.exec("ROLLBACK");
  await append;
  expect(store.load("a")?.rows.length).toBe(2);
  expect(store.append(claims[0], { rows: [row(3)] })).toBe(undefined);
});

test("writes of every kind wait together, in the order in which they came", async () => {
  const { store, claims, other } = await lockedStore(["a", "b"]);
  const [a, b] = claims;
  const schedule = { flow: "Review", inputs: null, cron: "* * * * *", timeZone: "UTC", createdAt: 1 };
  const rules = { missed: "all", overlap: "start", enabled: true, origin: "manual" } as const;
  const writes = Promise.all([
    store.create(newRun("c")),
    store.append(a, { rows: [row(2)] }),
    store.append(a, { rows: [row(3)] }),
    store.post("b", { kind: "signal", name: "go", payload: 1, at: 1 }),
    store.heartbeat([a, b]),
    store.schedules.put({ id: "nightly", ...schedule, ...rules, nextDue: 0 }),
    store.rest(a, { rows: [row(4)] }, { status: "completed" }),
    store.release(b),
    store.tidy(),
  ]);
  await timers(20);
  expect([store.get("c"), store.load("a")?.rows.length]).toEqual([undefined, 1]);
  other.exec("ROLLBACK");
  const [, , , posted, lost, put, rested] = await writes;
  expect([posted, lost, put?.id, rested]).toEqual([{ position: 1, repeated: false }, [], "nightly", true]);
  expect(store.history("a").map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  expect([store.get("a")?.status, store.get("b")?.owned, store.get("c")?.owned]).toEqual(["completed", false, true]);
});

test("closing waits for the lock, and stores what waited", async () => {
  const { store, claims, other } = await lockedStore(["a"]);
  const append = store.append(claims[0], { rows: [row(2)] });
  other.exec("ROLLBACK");
  store.close();
  await append;
  expect(open(other.name).load("a")?.rows.length).toBe(2);
});

test("closing under a lock that stays fails what waits", async () => {
  const file = temp.file();
  const store = open(file, { busyTimeoutMs: 50 });
  const claim = await store.create(newRun("a"));
  raw(file).exec("BEGIN IMMEDIATE");
  const append = codeOf(() => store.append(claim, { rows: [row(2)] }));
  store.close();
  expect(await append).toBe("PERSISTENCE_LOCKED");
});

test("check says that writes fail, until one succeeds", async () => {
  const file = temp.file();
  const store = open(file, { busyTimeoutMs: 30 });
  const claim = await store.create(newRun("a"));
  store.check();
  const other = raw(file);
  other.exec("BEGIN IMMEDIATE");
  expect(await codeOf(() => store.append(claim, { rows: [row(2)] }))).toBe("PERSISTENCE_LOCKED");
  expect(await codeOf(() => store.check())).toBe("PERSISTENCE_LOCKED");
  expect(await codeOf(() => store.check())).toBe("PERSISTENCE_LOCKED");
  other.exec("ROLLBACK");
  await store.append(claim, { rows: [row(2)] });
  store.check();
});

test("check finds out by itself that the lock is gone", async () => {
  const file = temp.file();
  const store = open(file, { busyTimeoutMs: 30 });
  const claim = await store.create(newRun("a"));
  const other = raw(file);
  other.exec("BEGIN IMMEDIATE");
  expect(await codeOf(() => store.append(claim, { rows: [row(2)] }))).toBe("PERSISTENCE_LOCKED");
  expect(await codeOf(() => store.check())).toBe("PERSISTENCE_LOCKED");
  other.exec("ROLLBACK");
  await expect
    .poll(() => codeOf(() => store.check()).catch((error: Error) => error.message), { timeout: 30_000 })
    .toBe("it succeeded");
  expect(store.history("a").map(({ seq }) => seq)).toEqual([1]);
});

test("a full disk is told by check too", async () => {
  class Full extends Database {
    constructor(file: string, options?: Database.Options) {
      super(file, options);
      this.pragma("max_page_count = 60");
    }
    override pragma(sql: string, options?: Database.PragmaOptions): unknown {
      const isProbe = sql.startsWith("user_version = ") && this.inTransaction && this.full;
      if (isProbe) throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
      return super.pragma(sql, options);
    }
    full = false;
  }
  let db: Full | undefined;
  class Known extends Full {
    constructor(file: string, options?: Database.Options) {
      super(file, options);
      db = this;
    }
  }
  const store = open(temp.file(), { driver: Known });
  const claim = await store.create(newRun("a"));
  db!.full = true;
  expect(await codeOf(() => store.append(claim, { rows: [row(2, "x".repeat(400_000))] }))).toBe("PERSISTENCE_FULL");
  expect((await errorOf(() => store.check())).code).toBe("PERSISTENCE_FULL");
  db!.full = false;
  await store.append(claim, { rows: [row(2)] });
  store.check();
});
