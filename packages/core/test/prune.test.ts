import {
  and,
  Flow,
  FlowError,
  listen,
  MemoryPersistence,
  or,
  type PruneOptions,
  router,
  signal,
  start,
} from "millrace";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";

const day = 86_400_000;
const now = new Date("2026-03-31T12:00:00Z").getTime();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now });
});
afterEach(() => {
  vi.useRealTimers();
});

const daysAgo = (days: number) => vi.setSystemTime(now - days * day);

let courier = false;

/** Ends in every way, by its `end`. */
class Order extends Flow<typeof Order> {
  static state = z.object({ end: z.enum(["ship", "wait", "fail"]), rounds: z.number().default(0) });
  @start() begin() {
    return { end: this.state.end };
  }
  @listen(or("begin", "again")) turn() {
    return ++this.state.rounds;
  }
  @router("turn", { routes: ["again", "ship", "wait", "fail"] }) check(rounds: number) {
    return rounds < 3 ? "again" : this.state.end;
  }
  @listen(or("ship", signal("paid"))) send() {
    return `sent in round ${this.state.rounds}`;
  }
  @listen(and("turn", "fail")) refuse({ turn }: { turn: number; fail: "fail" }) {
    if (!courier) throw new Error("no courier");
    return turn;
  }
}

class Other extends Flow {
  @start() only() {
    return 1;
  }
}

/** An Order flow with runs by id: completed ten, five and one day ago, failed four days ago, waiting since twenty. */
async function month() {
  courier = false;
  const persistence = new MemoryPersistence();
  const flow = new Order({ persistence });
  daysAgo(20);
  await flow.kickoff({ end: "wait" }, { id: "waits" });
  daysAgo(10);
  await new Other({ persistence }).kickoff({}, { id: "another flow's" });
  await flow.kickoff({ end: "ship" }, { id: "ten" });
  daysAgo(5);
  await flow.kickoff({ end: "ship" }, { id: "five" });
  daysAgo(4);
  await flow.kickoff({ end: "fail" }, { id: "failed" }).catch(() => undefined);
  daysAgo(1);
  await flow.kickoff({ end: "ship" }, { id: "one" });
  vi.setSystemTime(now);
  return { persistence, flow };
}

type Month = Awaited<ReturnType<typeof month>>;
const ids = async ({ flow }: Month) => (await flow.runs.list()).runs.map(({ id }) => id);
const codeOf = async (call: Promise<unknown>) => {
  const error = await call.catch((thrown: unknown) => thrown);
  return FlowError.is(error) ? error.code : error;
};

test.each<[PruneOptions, string]>([
  [{ olderThan: "30d" }, "one failed five ten waits"],
  [{ olderThan: "7d" }, "one failed five waits"],
  [{ olderThan: "12h" }, "waits"],
  [{ olderThan: "3d", status: "completed" }, "one failed waits"],
  [{ status: ["failed", "cancelled"] }, "one five ten waits"],
  [{ keep: 0 }, "waits"],
  [{ keep: 1 }, "one waits"],
  [{ keep: 3 }, "one failed five waits"],
  [{ keep: 4 }, "one failed five ten waits"],
  [{ keep: 400 }, "one failed five ten waits"],
  [{ keep: 2, status: "completed" }, "one failed five waits"],
  [{ keep: 1, olderThan: "7d" }, "one failed five waits"],
  [{ session: "nobody's" }, "one failed five ten waits"],
])("prune(%j) leaves %s", async (options, left) => {
  const stored = await month();
  const dry = await stored.flow.runs.prune({ ...options, dryRun: true });
  expect(await ids(stored)).toHaveLength(5);
  const removed = await stored.flow.runs.prune(options);
  expect(removed).toEqual(dry);
  expect(removed.runs).toBe(5 - left.split(" ").length);
  expect(removed.entries > 0).toBe(removed.runs > 0);
  expect((await ids(stored)).join(" ")).toBe(left);
  expect(stored.persistence.get("another flow's")?.status).toBe("completed");
});

test("a run that waited goes by when it ended, not by when it began", async () => {
  const stored = await month();
  await stored.flow.signal("waits", "paid");
  expect((await stored.flow.runs.prune({ olderThan: "7d" })).runs).toBe(1);
  expect(await ids(stored)).toEqual(["one", "failed", "five", "waits"]);
  expect((await stored.flow.resume("waits")).output).toBe("sent in round 3");
});

test("a removed run is not found, and its id is free", async () => {
  const { flow } = await month();
  await flow.runs.prune({ olderThan: "7d" });
  expect(await codeOf(flow.resume("ten"))).toBe("RUN_NOT_FOUND");
  expect(await codeOf(flow.runs.history("ten"))).toBe("RUN_NOT_FOUND");
  expect(await flow.kickoff({ end: "ship" }, { id: "ten" })).toMatchObject({ status: "completed" });
});

test("keepResults drops journals: the runs stay, and answer what they answered", async () => {
  const stored = await month();
  const { flow } = stored;
  const before = { ...(await flow.resume("ten")) };
  const record = await flow.runs.get("ten");
  const dry = await flow.runs.prune({ olderThan: "3d", keepResults: true, dryRun: true });
  const dropped = await flow.runs.prune({ olderThan: "3d", keepResults: true });
  expect(dropped).toEqual(dry);
  expect(dropped).toMatchObject({ runs: 3, skipped: 0 });
  expect(await ids(stored)).toHaveLength(5);
  expect((await flow.runs.history("ten")).map(({ entry }) => entry.type)).toEqual(["ended"]);
  expect((await flow.runs.history("one")).length).toBeGreaterThan(5);
  expect(await flow.runs.get("ten")).toEqual(record);
  expect({ ...(await flow.resume("ten")) }).toEqual(before);
  expect(await flow.runs.prune({ olderThan: "3d", keepResults: true })).toEqual({ runs: 0, entries: 0, skipped: 0 });
});

test("keepResults leaves journals that take less room than results", async () => {
  const persistence = new MemoryPersistence();
  const flow = new Other({ persistence });
  const { id } = await flow.kickoff();
  expect(await flow.runs.prune({ keep: 0, keepResults: true })).toEqual({ runs: 0, entries: 0, skipped: 0 });
  expect(await flow.runs.history(id)).toHaveLength(3);
});

test("a failed run of which only the result was kept is resumed where it stood", async () => {
  const { flow } = await month();
  await flow.runs.prune({ status: "failed", keepResults: true });
  expect(await codeOf(flow.resume("failed"))).toBe("STEP_FAILED");
  courier = true;
  const result = await flow.resume("failed");
  expect(result).toMatchObject({ status: "waiting", state: { rounds: 3 }, outputs: { turn: 3, refuse: 3 } });
  expect((await flow.signal("failed", "paid")).status).toBe("completed");
});

test("keepResults drops journals of runs that were made with other code, and leaves those that can't be read", async () => {
  const { persistence } = await month();
  class Changed extends Flow {
    static flowName = "Order";
    @start() other() {
      return 1;
    }
  }
  const rows = Array.from({ length: 9 }, (_, i) => ({ seq: i + 1, entry: { type: "resumed", at: 1 } }) as const);
  const from = { id: "of an unknown plan", flow: "Order", version: null, planHash: "unknown", createdAt: 1 };
  const claim = persistence.create({ ...from, owner: { id: "me" }, rows });
  persistence.rest(claim, { rows: [] }, { status: "failed" });
  const changed = new Changed({ persistence });
  expect(await changed.runs.prune({ keep: 0, keepResults: true })).toMatchObject({ runs: 4, skipped: 1 });
  expect(await new Order({ persistence }).resume("ten")).toMatchObject({ output: "sent in round 3" });
  expect((await changed.runs.prune({ keep: 0 })).runs).toBe(5);
});

test("what can't be meant is refused, and nothing is removed", async () => {
  const stored = await month();
  const { runs } = stored.flow;
  for (const options of [{}, { dryRun: true }, { keep: -1 }, { keep: 1.5 }, { status: "waiting" }]) {
    for (const keepResults of [false, true]) {
      const refused = codeOf(runs.prune({ ...options, keepResults } as PruneOptions));
      expect(await refused).toBe("PERSISTENCE_QUERY_INVALID");
    }
  }
  expect(await codeOf(runs.prune({ olderThan: "a while" as "1d" }))).toBe("DEFINITION_DURATION_INVALID");
  expect(await codeOf(runs.prune({ keep: 0, status: undefined } as never))).toMatchObject({ runs: 4 });
  expect(await ids(stored)).toEqual(["waits"]);
});
