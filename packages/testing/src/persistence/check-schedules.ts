import { strict as assert } from "node:assert";
import type { FlowPersistence, Schedule, ScheduleStore } from "millrace";
import { type Checks, refuses } from "./check.js";
import { everyValue, start } from "./samples.js";

function schedule(id: string, over: Partial<Schedule> = {}): Schedule {
  return {
    id,
    flow: "Review",
    inputs: { topic: id },
    cron: "0 9 * * *",
    timeZone: "Europe/Berlin",
    missed: "run-once",
    overlap: "start",
    enabled: true,
    origin: "manual",
    createdAt: start,
    ...over,
  };
}

function schedulesOf({ schedules }: FlowPersistence): ScheduleStore {
  assert.ok(schedules, "`schedules` was promised in the options, and the store has none");
  return schedules;
}

async function putNew(store: ScheduleStore, given: Schedule): Promise<Schedule> {
  const stored = await store.put(given);
  assert.ok(stored, `schedule "${given.id}" could not be stored`);
  return stored;
}

const ofReview = { flows: ["Review"], limit: 9 };

const idsOf = (schedules: readonly Schedule[]) => schedules.map(({ id }) => id);

export const scheduleChecks: Checks = {
  "a schedule keeps all that it holds, with every kind of value": async ({ store }) => {
    const schedules = schedulesOf(store);
    const full = schedule("a", {
      inputs: everyValue(),
      nextDue: start + 1,
      lastRun: { id: "run", due: start },
      lastSkip: { due: start - 1, reason: "refused", error: { code: "RUN_INPUTS_INVALID", message: "no" } },
    });
    const stored = await putNew(schedules, full);
    assert.ok(stored.revision);
    assert.deepEqual(stored, { ...full, revision: stored.revision });
    assert.deepEqual(await schedules.get("a"), stored);
    assert.equal(await schedules.get("b"), undefined);
  },

  "put replaces the schedule of its revision, once": async ({ store }) => {
    const schedules = schedulesOf(store);
    const first = await putNew(schedules, schedule("a", { nextDue: 1 }));
    assert.equal(await schedules.put(schedule("a")), undefined);
    const second = await putNew(schedules, { ...first, nextDue: 2 });
    assert.notEqual(second.revision, first.revision);
    assert.equal(await schedules.put({ ...first, nextDue: 3 }), undefined);
    assert.deepEqual(await schedules.get("a"), second);
    assert.equal(await schedules.put({ ...second, id: "b" }), undefined);
    const { nextDue: _, ...ended } = second;
    const third = await putNew(schedules, ended);
    assert.equal("nextDue" in third, false);
    assert.deepEqual(await schedules.due({ ...ofReview, until: start }), []);
  },

  "the revision of a removed schedule is not that of a later one with its id": async ({ store }) => {
    const schedules = schedulesOf(store);
    const first = await putNew(schedules, schedule("a"));
    assert.equal(await schedules.remove("a"), true);
    assert.equal(await schedules.remove("a"), false);
    assert.equal(await schedules.put(first), undefined);
    assert.equal(await schedules.get("a"), undefined);
    const later = await putNew(schedules, schedule("a", { flow: "Other" }));
    assert.equal(await schedules.put(first), undefined);
    assert.deepEqual(await schedules.get("a"), later);
  },

  "schedules are listed by id, of one flow or all, in pages": async ({ store }) => {
    const schedules = schedulesOf(store);
    for (const id of ["c", "a", "e", "b", "d"]) {
      await putNew(schedules, schedule(id, { flow: id === "d" ? "Other" : "Review" }));
    }
    assert.deepEqual(idsOf((await schedules.list({})).schedules), ["a", "b", "c", "d", "e"]);
    assert.deepEqual(idsOf((await schedules.list({ flow: "Other" })).schedules), ["d"]);
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await schedules.list({ flow: "Review", limit: 3, ...(cursor !== undefined && { cursor }) });
      pages.push(idsOf(page.schedules));
      cursor = page.next;
    } while (cursor !== undefined);
    assert.deepEqual(pages, [["a", "b", "c"], ["e"]]);
    await refuses("PERSISTENCE_QUERY_INVALID", () => schedules.list({ limit: 0 }));
  },

  "due answers the flows' schedules that have a due time up to a moment, the earliest first": async ({ store }) => {
    const schedules = schedulesOf(store);
    const times = { d: start + 5, a: start + 9, c: start, b: start, never: undefined };
    for (const [id, nextDue] of Object.entries(times)) {
      await putNew(schedules, schedule(id, nextDue === undefined ? {} : { nextDue }));
    }
    await putNew(schedules, schedule("other", { flow: "Other", nextDue: start + 1 }));
    assert.deepEqual(idsOf(await schedules.due({ ...ofReview, until: start + 5 })), ["b", "c", "d"]);
    assert.deepEqual(idsOf(await schedules.due({ ...ofReview, until: start - 1 })), []);
    assert.deepEqual(idsOf(await schedules.due({ until: Number.MAX_SAFE_INTEGER, flows: ["Other"], limit: 1 })), [
      "other",
    ]);
    assert.deepEqual(idsOf(await schedules.due({ until: start + 9, flows: ["Other", "Review"], limit: 3 })), [
      "b",
      "c",
      "other",
    ]);
  },

  "of schedules put at the same time with one revision exactly one is stored": async ({ store }) => {
    const schedules = schedulesOf(store);
    assert.equal(await stored([1, 2, 3].map((nextDue) => () => schedules.put(schedule("a", { nextDue })))), 1);
    const first = await schedules.get("a");
    assert.ok(first);
    assert.equal(await stored([4, 5, 6].map((nextDue) => () => schedules.put({ ...first, nextDue }))), 1);
  },

  "after close schedules are refused": async ({ store }) => {
    const schedules = schedulesOf(store);
    await putNew(schedules, schedule("a"));
    await store.close();
    const calls: Record<string, () => unknown> = {
      put: () => schedules.put(schedule("b")),
      get: () => schedules.get("a"),
      remove: () => schedules.remove("a"),
      list: () => schedules.list({}),
      due: () => schedules.due({ ...ofReview, until: start }),
    };
    for (const call of Object.values(calls)) await refuses("PERSISTENCE_CLOSED", call);
  },
};

export const sharedScheduleChecks: Checks = {
  "what one instance schedules another one sees, and only one of both moves it on": async ({ store, another }) => {
    const [one, two] = [schedulesOf(store), schedulesOf(await another())];
    const first = await putNew(one, schedule("a", { nextDue: start }));
    assert.deepEqual(await two.due({ ...ofReview, until: start }), [first]);
    for (let i = 1; i <= 10; i++) {
      const seen = [await one.get("a"), await two.get("a")];
      assert.deepEqual(seen[0], seen[1]);
      const moves = [one, two].map((instance) => () => instance.put({ ...seen[0]!, nextDue: start + i }));
      assert.equal(await stored(moves), 1);
    }
    assert.equal(await two.remove("a"), true);
    assert.equal(await one.get("a"), undefined);
  },

  "schedules outlive the instance that stored them": async ({ store, another }) => {
    const first = await putNew(schedulesOf(store), schedule("a", { nextDue: start }));
    await store.close();
    assert.deepEqual(await schedulesOf(await another()).get("a"), first);
  },
};

/** How many of several puts made at once were stored. */
async function stored(puts: readonly (() => ReturnType<ScheduleStore["put"]>)[]): Promise<number> {
  return (await Promise.all(puts.map(async (put) => put()))).filter(Boolean).length;
}
