import type { Schedule, ScheduleStore } from "millrace";
import { describe, expect, test } from "vitest";
import { persistenceConformance } from "./conformance.js";
import { type Fault, faulty } from "./testing/faulty.js";

/** A store whose schedules break a promise. */
function withSchedules(fault: (schedules: ScheduleStore) => Partial<ScheduleStore>): Fault {
  return ({ schedules }) => ({
    schedules: new Proxy<ScheduleStore>(schedules, {
      get(target, name) {
        const value = Reflect.get(fault(schedules), name) ?? Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    }),
  });
}

function without({ revision: _, ...schedule }: Schedule): Schedule {
  return schedule;
}

const faults: readonly { readonly promise: string; readonly fault: Fault }[] = [
  {
    promise: "put replaces the schedule of its revision, once",
    fault: withSchedules((schedules) => ({
      async put(schedule) {
        const stands = await schedules.get(schedule.id);
        return schedules.put({ ...without(schedule), ...(stands?.revision && { revision: stands.revision }) });
      },
    })),
  },
  {
    promise: "of schedules put at the same time with one revision exactly one is stored",
    fault: withSchedules((schedules) => ({
      async put(schedule) {
        const stands = await schedules.get(schedule.id);
        if (stands?.revision !== schedule.revision) return undefined;
        const [, put] = await Promise.all([schedules.remove(schedule.id), schedules.put(without(schedule))]);
        return put;
      },
    })),
  },
  {
    promise: "due answers the flows' schedules that have a due time up to a moment, the earliest first",
    fault: withSchedules((schedules) => ({
      due: (query) => schedules.due({ ...query, until: Number.POSITIVE_INFINITY }),
    })),
  },
  {
    promise: "schedules are listed by id, of one flow or all, in pages",
    fault: withSchedules((schedules) => ({ list: ({ flow: _, ...query }) => schedules.list(query) })),
  },
];

describe("a store whose schedules break a promise fails the check of that promise", () => {
  for (const { promise, fault } of faults) {
    test(promise, async () => {
      const checks = persistenceConformance({ create: () => faulty(fault), schedules: true });
      await expect(checks.find(({ name }) => name === promise)?.run()).rejects.toThrow();
    });
  }
});

test("the checks of schedules are made only where a store says that it keeps some", () => {
  const create = () => faulty(() => ({}));
  const names = (schedules: boolean) => persistenceConformance({ create, schedules }).map(({ name }) => name);
  expect(names(true)).toEqual(expect.arrayContaining(names(false)));
  expect(names(true).length).toBeGreaterThan(names(false).length);
});
