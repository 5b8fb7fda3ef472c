import fc from "fast-check";
import { expect, test } from "vitest";
import { dueTimes } from "./cron.js";

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

function following(cron: string, timeZone: string, [from, count]: [string, number]): (string | undefined)[] {
  const times = dueTimes(cron, timeZone);
  const found: (string | undefined)[] = [];
  for (let ms: number | undefined = Date.parse(from); found.length < count && ms !== undefined; ) {
    ms = times.after(ms);
    found.push(iso(ms));
  }
  return found;
}

test("a time that a day does not have is due at the first moment after", () => {
  expect(following("30 2 * * *", "Europe/Berlin", ["2026-03-27T12:00:00Z", 3])).toEqual([
    "2026-03-28T01:30:00.000Z",
    "2026-03-29T01:00:00.000Z",
    "2026-03-30T00:30:00.000Z",
  ]);
});

test("a time that a day has twice is due once, the first time", () => {
  expect(following("30 2 * * *", "Europe/Berlin", ["2026-10-24T12:00:00Z", 2])).toEqual([
    "2026-10-25T00:30:00.000Z",
    "2026-10-26T01:30:00.000Z",
  ]);
  expect(iso(dueTimes("30 2 * * *", "Europe/Berlin").after(Date.parse("2026-10-25T00:45:00Z")))).toBe(
    "2026-10-26T01:30:00.000Z",
  );
});

test("every half hour goes on through both", () => {
  const hours = ["00:30", "01:00", "01:30", "02:00", "02:30"];
  for (const day of ["2026-03-29", "2026-10-25"]) {
    expect(following("*/30 * * * *", "Europe/Berlin", [`${day}T00:00:00Z`, 5])).toEqual(
      hours.map((hour) => `${day}T${hour}:00.000Z`),
    );
  }
});

test("six fields begin with seconds", () => {
  expect(following("*/20 * * * * *", "UTC", ["2026-01-01T00:00:59.999Z", 2])).toEqual([
    "2026-01-01T00:01:00.000Z",
    "2026-01-01T00:01:20.000Z",
  ]);
});

test.each(["", "hello", "* * *", "61 * * * *", "* * * * * * *", "2026-01-01T00:00:00", "* ".repeat(500), "\0 * * * *"])(
  "%j is no pattern",
  (cron) => {
    expect(() => dueTimes(cron, "UTC")).toThrow(expect.objectContaining({ code: "SERVER_SCHEDULE_INVALID" }));
  },
);

test.each(["Mars/Phobos", "", "UTC\n"])("%j is no time zone", (timeZone) => {
  expect(() => dueTimes("* * * * *", timeZone)).toThrow(/no time zone/);
});

test("what is found from behind is what is found from before", { timeout: 60_000 }, () => {
  const patterns = ["30 2 * * *", "*/30 * * * *", "0 * * * *", "15,45 1-3 * * 0", "0 0 1 * *", "*/7 * * * * *"];
  const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"];
  // around the days on which clocks are put
  const moments = ["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01"].map(Date.parse);
  const moment = fc.tuple(fc.constantFrom(...moments), fc.integer({ min: -86_400_000, max: 2 * 86_400_000 }));
  fc.assert(
    fc.property(fc.constantFrom(...patterns), fc.constantFrom(...zones), moment, (cron, zone, [day, offset]) => {
      const times = dueTimes(cron, zone);
      const [last, before] = times.upTo(day + offset, 2);
      expect(times.after(before!)).toBe(last);
      expect(times.after(last!)).toBeGreaterThan(day + offset);
      expect(times.upTo(last!, 1)).toEqual([last]);
      expect(times.upTo(last! - 1, 1)).toEqual([before]);
    }),
    { numRuns: 300 },
  );
});
