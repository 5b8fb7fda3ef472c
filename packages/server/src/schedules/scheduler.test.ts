import { virtualClock } from "@millrace/testing";
import { Flow, type FlowPersistence, listen, MemoryPersistence, type Schedule, signal, start } from "millrace";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { type Host, openHost } from "../host/index.js";
import { putConfigured } from "./put-configured.js";
import type { ScheduleSpec } from "./schedule-spec.js";
import { Schedules } from "./schedules.js";

class Report extends Flow<typeof Report> {
  static state = z.object({ topic: z.string() });
  @start() write() {
    return `on ${this.state.topic}`;
  }
}

class Desk extends Flow {
  @start() open() {}
  @listen(signal("close")) close() {}
}

const hosts: Host[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

const day = "2026-03-02";

/** A server that comes up at some time of the day. */
async function up(at: string, persistence: FlowPersistence = new MemoryPersistence(), flows = [Report, Desk]) {
  const clock = virtualClock({ start: `${day}T${at}Z` });
  const host = await openHost({ flows, persistence, clock, recoverEvery: false });
  hosts.push(host);
  const schedules = new Schedules(host);
  const put = (spec: Partial<ScheduleSpec> = {}) =>
    schedules.create({ id: "s", flow: "Report", inputs: { topic: "x" }, cron: "0 * * * *", ...spec }, (id) => id);
  const ids = async () => {
    const { runs } = await persistence.list({ limit: 1000 });
    return runs.map(({ id }) => id.replace(`s@${day}T`, "").replace(":00.000Z", "")).reverse();
  };
  return { clock, host, schedules, put, ids, persistence, store: persistence.schedules! };
}

test("each due time starts a run with the inputs, named by schedule and time", async () => {
  const { clock, schedules, put, ids, persistence } = await up("08:30:00");
  await put({ cron: "*/30 * * * *" });
  await schedules.start();
  expect(await ids()).toEqual([]);
  await clock.advance("1h");
  expect(await ids()).toEqual(["09:00", "09:30"]);
  expect(await persistence.get(`s@${day}T09:00:00.000Z`)).toMatchObject({ flow: "Report", status: "completed" });
  expect(await schedules.get("s")).toMatchObject({
    nextDue: Date.parse(`${day}T10:00:00Z`),
    lastRun: { id: `s@${day}T09:30:00.000Z`, due: Date.parse(`${day}T09:30:00Z`) },
  });
});

/** A schedule of every hour that nobody has looked at from `08:30` on. */
async function missedSince(at: string, rule: Schedule["missed"], cron = "0 * * * *") {
  const persistence = new MemoryPersistence({ keepRuns: 1000 });
  await (await up("08:30:00", persistence)).put({ missed: rule, cron });
  const later = await up(at, persistence);
  await later.schedules.start();
  return later;
}

test("missed times: the latest one starts a run, then it goes on", async () => {
  const { clock, schedules, ids } = await missedSince("12:30:00", "run-once");
  expect(await ids()).toEqual(["12:00"]);
  expect((await schedules.get("s")).lastSkip).toEqual({ due: Date.parse(`${day}T11:00:00Z`), reason: "missed" });
  await clock.advance("1h");
  expect(await ids()).toEqual(["12:00", "13:00"]);
});

test("missed times: none starts a run", async () => {
  const { clock, schedules, ids } = await missedSince("12:30:00", "skip");
  expect(await ids()).toEqual([]);
  expect((await schedules.get("s")).lastSkip).toEqual({ due: Date.parse(`${day}T12:00:00Z`), reason: "missed" });
  await clock.advance("1h");
  expect(await ids()).toEqual(["13:00"]);
});

test("what is due since less than a minute was not missed", async () => {
  const { ids } = await missedSince("12:00:59", "skip");
  expect(await ids()).toEqual(["12:00"]);
});

test("missed times: each starts a run, the oldest first", async () => {
  const { ids } = await missedSince("12:30:00", "all");
  expect(await ids()).toEqual(["09:00", "10:00", "11:00", "12:00"]);
});

test("missed times: of very many the last hundred start runs", async () => {
  const { ids, schedules } = await missedSince("12:30:00", "all", "* * * * *");
  const started = await ids();
  expect([started.length, started[0], started.at(-1)]).toEqual([100, "10:51", "12:30"]);
  expect((await schedules.get("s")).lastSkip).toEqual({ due: Date.parse(`${day}T10:50:00Z`), reason: "missed" });
});

test("a year of missed seconds holds nothing up", async () => {
  const persistence = new MemoryPersistence();
  const first = await up("08:30:00", persistence);
  const stored = await first.put({ cron: "* * * * * *", missed: "all" });
  await first.store.put({ ...stored, nextDue: Date.parse("2025-03-02T00:00:00Z") });
  const { schedules, ids } = await up("08:31:00", persistence);
  await schedules.start();
  expect(await ids()).toHaveLength(100);
});

test("a due time passes while the run before is not over, if that is the rule", async () => {
  const { clock, schedules, put, ids, host } = await up("08:30:00");
  await put({ flow: "Desk", inputs: {}, overlap: "skip" });
  await schedules.start();
  await clock.advance("2h");
  expect(await ids()).toEqual(["09:00"]);
  expect((await schedules.get("s")).lastSkip).toEqual({ due: Date.parse(`${day}T10:00:00Z`), reason: "overlap" });
  await host.flows.get("Desk")!.flow.signal(`s@${day}T09:00:00.000Z`, "close", {});
  await clock.advance("1h");
  expect(await ids()).toEqual(["09:00", "11:00"]);
});

test("without that rule another one is started", async () => {
  const { clock, schedules, put, ids } = await up("08:30:00");
  await put({ flow: "Desk", inputs: {} });
  await schedules.start();
  await clock.advance("2h");
  expect(await ids()).toEqual(["09:00", "10:00"]);
});

test("two servers that look at the same time start one run for each due time", async () => {
  const persistence = new MemoryPersistence();
  const one = await up("08:30:00", persistence);
  const two = await up("08:30:00", persistence);
  await one.put({ cron: "*/10 * * * *" });
  await Promise.all([one.schedules.start(), two.schedules.start()]);
  for (let i = 0; i < 6; i++) await Promise.all([one.clock.advance("10m"), two.clock.advance("10m")]);
  expect(await one.ids()).toEqual(["08:40", "08:50", "09:00", "09:10", "09:20", "09:30"]);
});

test("a server that died after it had started the run, before it moved on, leaves nothing to be doubled", async () => {
  const persistence = new MemoryPersistence();
  const first = await up("08:30:00", persistence);
  await first.put();
  const id = `s@${day}T09:00:00.000Z`;
  await first.host.flows.get("Report")!.flow.kickoff({ topic: "x" }, { id });
  const { schedules, ids } = await up("09:00:10", persistence);
  await schedules.start();
  expect(await ids()).toEqual(["09:00"]);
  expect((await schedules.get("s")).lastRun).toEqual({ id, due: Date.parse(`${day}T09:00:00Z`) });
});

test("a server that is told to stop starts nothing more, and the next one goes on", async () => {
  const persistence = new MemoryPersistence();
  const one = await up("08:30:00", persistence);
  await one.put();
  await one.schedules.start();
  await one.host.close();
  await one.clock.advance("40m");
  expect(one.clock.timers).toEqual([]);
  expect(await one.ids()).toEqual([]);
  const two = await up("09:10:00", persistence);
  await two.schedules.start();
  expect(await two.ids()).toEqual(["09:00"]);
});

test("a schedule of a flow that is not served here waits for a server that does, and holds up no other", async () => {
  const persistence = new MemoryPersistence();
  const one = await up("08:30:00", persistence);
  await one.put();
  await one.put({ id: "desk", flow: "Desk", inputs: {} });
  const two = await up("09:00:10", persistence, [Desk]);
  await two.schedules.start();
  expect((await persistence.list({})).runs.map(({ flow }) => flow)).toEqual(["Desk"]);
  const three = await up("09:00:20", persistence, [Report]);
  await three.schedules.start();
  expect((await persistence.list({})).runs.map(({ flow }) => flow)).toEqual(["Report", "Desk"]);
});

test("what can't be started passes, and says why", async () => {
  const { store, schedules, put, clock, ids } = await up("08:30:00");
  const stored = await put();
  await store.put({ ...stored, inputs: { topic: 5 } });
  await schedules.start();
  await clock.advance("1h");
  expect(await ids()).toEqual([]);
  expect(await schedules.get("s")).toMatchObject({
    nextDue: Date.parse(`${day}T10:00:00Z`),
    lastSkip: { reason: "refused", error: { code: "RUN_INPUTS_INVALID" } },
  });
});

test("a store that fails for a while costs no due time", async () => {
  class Failing extends MemoryPersistence {
    failures = 2;
    override create(run: Parameters<MemoryPersistence["create"]>[0]) {
      if (this.failures-- > 0) throw Object.assign(new Error("disk"), { code: "EIO" });
      return super.create(run);
    }
  }
  const { schedules, put, clock, ids } = await up("08:30:00", new Failing());
  await put();
  await schedules.start();
  await clock.advance("31m");
  expect(await ids()).toEqual(["09:00"]);
});

test("halted, it starts nothing; begun again, it is due from then on", async () => {
  const { schedules, put, clock, ids } = await up("08:30:00");
  await put();
  await schedules.start();
  await schedules.change("s", { enabled: false });
  await clock.advance("2h");
  expect(await schedules.get("s")).not.toHaveProperty("nextDue");
  await schedules.change("s", { enabled: true });
  await clock.advance("1h");
  expect(await ids()).toEqual(["11:00"]);
});

test("another pattern is due by that; other inputs change no time", async () => {
  const { schedules, put, clock, ids } = await up("08:30:00");
  const { nextDue } = await put();
  await schedules.start();
  expect((await schedules.change("s", { inputs: { topic: "y" } })).nextDue).toBe(nextDue);
  await schedules.change("s", { cron: "45 * * * *" });
  await clock.advance("1h");
  expect(await ids()).toEqual(["08:45"]);
});

test.each([
  [{ flow: "Repport" }, ["flow"], /Did you mean "Report"/],
  [{ inputs: { topic: 5 } }, ["inputs", "topic"], /what it takes/],
  [{ inputs: { topic: "x", more: 1 } }, ["inputs", "more"], /what it takes/],
  [{ inputs: [] }, ["inputs"], /what it takes/],
  [{ cron: "0 0 30 2 *" }, ["cron"], /No such day/],
  [{ cron: "soon" }, ["cron"], /Five fields/],
  [{ timeZone: "Mars/Phobos" }, ["timeZone"], /Europe\/Berlin/],
  [{ missed: "never" }, ["missed"], /A schedule has/],
  [{ every: "1h" }, [], /A schedule has/],
  [{ id: "../x" }, ["id"], /A schedule has/],
])("%j can't be", async (spec, path, hint) => {
  const { put, store } = await up("08:30:00");
  const refused = await put(spec as Partial<ScheduleSpec>).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "SERVER_SCHEDULE_INVALID", details: { problems: [{ path }] } });
  expect((refused as { hint: string }).hint).toMatch(hint);
  expect((await store.list({})).schedules).toEqual([]);
});

test("the config's schedules are put, replaced and removed; what was put by hand stays", async () => {
  const { host, schedules, put, clock } = await up("08:30:00");
  await put({ id: "by-hand" });
  const nightly = { id: "nightly", flow: "Report", inputs: { topic: "n" }, cron: "0 2 * * *" };
  const weekly = { ...nightly, id: "weekly", cron: "0 2 * * 1" };
  await putConfigured(host, [nightly, weekly], schedules);
  const first = await schedules.get("nightly");
  expect(first).toMatchObject({ origin: "config", nextDue: Date.parse("2026-03-03T02:00:00Z") });
  await schedules.change("weekly", { enabled: false });
  await clock.advance("1d");
  await putConfigured(host, [nightly, weekly], schedules);
  expect([await schedules.get("nightly"), (await schedules.get("weekly")).enabled]).toEqual([first, false]);
  await putConfigured(host, [{ ...nightly, cron: "0 3 * * *" }], schedules);
  const { schedules: all } = await schedules.list({});
  expect(all.map(({ id, cron }) => [id, cron])).toEqual([
    ["by-hand", "0 * * * *"],
    ["nightly", "0 3 * * *"],
  ]);
  await expect(putConfigured(host, [{ ...nightly, id: "by-hand" }], schedules)).rejects.toThrow(/is there already/);
  await expect(putConfigured(host, [nightly, nightly], schedules)).rejects.toThrow(/two schedules/);
  await expect(schedules.change("nightly", { cron: "1 1 * * *" })).rejects.toThrow(/config/);
  await expect(schedules.remove("nightly")).rejects.toThrow(/config/);
});

test("a run can be started beside those that are due", async () => {
  const { schedules, put, persistence } = await up("08:30:00");
  const { nextDue } = await put();
  const id = await schedules.run("s");
  expect(id).toMatch(/^s@/);
  expect((await persistence.get(id))?.flow).toBe("Report");
  expect((await schedules.get("s")).nextDue).toBe(nextDue);
});
