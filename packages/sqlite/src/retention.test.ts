import type { EndStatus } from "millrace";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SqlitePersistence } from "./sqlite-persistence.js";
import { newRun, opener, row, tempFolder } from "./testing/fixtures.js";

const temp = tempFolder();
afterAll(temp.remove);
const { open, closeAll } = opener();
const hour = 3_600_000;
const now = new Date("2026-03-31T12:00:00Z").getTime();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout", "performance"], now });
});
afterEach(() => {
  closeAll();
  vi.useRealTimers();
});

/** A run that ended so many hours ago. */
async function ended(store: SqlitePersistence, id: string, { hours, status }: { hours: number; status: EndStatus }) {
  const createdAt = now - hours * hour;
  const { entry } = row(1);
  const claim = await store.create(newRun(id, { createdAt, rows: [{ seq: 1, entry: { ...entry, at: createdAt } }] }));
  await store.rest(claim, { rows: [] }, { status });
}

async function filled(): Promise<string> {
  const file = temp.file();
  const store = open(file);
  for (const status of ["completed", "failed", "cancelled"] as const) {
    for (const hours of [50, 20, 2]) await ended(store, `${status} ${hours}`, { hours, status });
  }
  await store.create(newRun("alive", { createdAt: now - 90 * hour }));
  return file;
}

const ids = (store: SqlitePersistence) =>
  store
    .list({})
    .runs.map(({ id }) => id)
    .sort();

test("runs are removed when they have been kept long enough, and those that are alive never", async () => {
  const store = open(await filled(), { retention: "1d" });
  expect(ids(store)).toHaveLength(10);
  await vi.advanceTimersByTimeAsync(2000);
  const left = ["alive", "cancelled 2", "cancelled 20", "completed 2", "completed 20", "failed 2", "failed 20"];
  expect(ids(store)).toEqual(left);
  await vi.advanceTimersByTimeAsync(6 * hour);
  expect(ids(store)).toEqual(["alive", "cancelled 2", "completed 2", "failed 2"]);
});

test("each status is kept as long as it says; one without a duration stays", async () => {
  const store = open(await filled(), { retention: { completed: "1h", failed: "1d" } });
  store.list({});
  await vi.advanceTimersByTimeAsync(2000);
  expect(ids(store)).toEqual(["alive", "cancelled 2", "cancelled 20", "cancelled 50", "failed 2", "failed 20"]);
});

test("it ends with the store, in the middle of its work too", async () => {
  const file = await filled();
  const store = open(file, { retention: 0 });
  store.list({});
  await vi.advanceTimersByTimeAsync(1001);
  store.close();
  expect(vi.getTimerCount()).toBe(0);
  const left = ids(open(file));
  await vi.advanceTimersByTimeAsync(5 * hour);
  expect(ids(open(file))).toEqual(left);
});

test("what is no duration is refused at once", () => {
  const wrong = () => open(temp.file(), { retention: { failed: "a day" as "1d" } });
  expect(wrong).toThrow(expect.objectContaining({ code: "DEFINITION_DURATION_INVALID" }));
});
