import { virtualClock } from "@millrace/testing";
import { Flow, type FlowPersistence, MemoryPersistence, start } from "millrace";
import { expect, onTestFinished, test } from "vitest";
import { openHost } from "../host/index.js";
import { Schedules } from "./schedules.js";

class Report extends Flow {
  @start() write() {
    return "written";
  }
}

/** A server that comes up at a time, and what it has warned of. */
async function up(at: string, persistence: FlowPersistence) {
  const clock = virtualClock({ start: at });
  const warned: string[] = [];
  const silent = () => undefined;
  const logger = { debug: silent, info: silent, error: silent, warn: (message: string) => void warned.push(message) };
  const host = await openHost({ flows: [Report], persistence, clock, logger, recoverEvery: false });
  onTestFinished(() => host.close());
  const schedules = new Schedules(host);
  const put = (id: string, cron: string, enabled = true) =>
    schedules.create({ id, flow: "Report", cron, enabled }, (own) => own);
  const nextDue = async (id: string) => new Date((await schedules.get(id)).nextDue ?? 0).toISOString();
  const ids = async () => (await persistence.list({})).runs.map(({ id }) => id);
  return { clock, schedules, put, nextDue, ids, warned };
}

test("due times that were found while the clock ran ahead are put back at the start, with a warning", async () => {
  const persistence = new MemoryPersistence();
  const ahead = await up("2031-11-21T08:30:00Z", persistence);
  await ahead.put("hourly", "0 * * * *");
  await ahead.put("halted", "0 * * * *", false);
  await ahead.put("yearly", "0 0 1 1 *");
  const { clock, schedules, nextDue, ids, warned } = await up("2026-03-02T08:30:00Z", persistence);
  await schedules.start();
  expect([await nextDue("hourly"), await nextDue("yearly")]).toEqual([
    "2026-03-02T09:00:00.000Z",
    "2027-01-01T00:00:00.000Z",
  ]);
  expect((await schedules.get("halted")).nextDue).toBe(undefined);
  expect(warned.map((line) => line.split('"')[1])).toEqual(["hourly", "yearly"]);
  await clock.advance("31m");
  expect(await ids()).toEqual(["hourly@2026-03-02T09:00:00.000Z"]);
  expect(warned).toHaveLength(2);
});

test("they are put back by a server that runs already", async () => {
  const persistence = new MemoryPersistence();
  const { clock, schedules, put, nextDue, ids } = await up("2026-03-02T08:30:00Z", persistence);
  const found = await put("hourly", "0 * * * *");
  await schedules.start();
  await persistence.schedules.put({ ...found, nextDue: Date.parse("2031-11-21T09:00:00Z") });
  await clock.advance("16s");
  expect(await nextDue("hourly")).toBe("2026-03-02T09:00:00.000Z");
  await clock.advance("30m");
  expect(await ids()).toEqual(["hourly@2026-03-02T09:00:00.000Z"]);
});

test("a clock that differs by some seconds changes nothing, and warns of nothing", async () => {
  const persistence = new MemoryPersistence();
  const first = await up("2026-03-02T08:59:30Z", persistence);
  await first.put("minutely", "* * * * *");
  await first.schedules.start();
  await first.clock.advance("40s");
  const other = await up("2026-03-02T08:59:50Z", persistence);
  await other.schedules.start();
  expect([await other.nextDue("minutely"), other.warned]).toEqual(["2026-03-02T09:01:00.000Z", []]);
});
