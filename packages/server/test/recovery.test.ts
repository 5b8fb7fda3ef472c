import { setTimeout as pause } from "node:timers/promises";
import { SqlitePersistence } from "@millrace/sqlite";
import {
  ChatMessage,
  Flow,
  type FlowClock,
  type FlowPersistence,
  listen,
  MemoryPersistence,
  start,
  systemClock,
} from "millrace";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { serve } from "./serve.js";

let running = 0;
let most = 0;
/** What runs that have woken wait for. */
let held: Promise<void> | undefined;
afterEach(() => {
  running = most = 0;
  held = undefined;
});

/** What sleeps by it is due by the clock of now. */
const anHourAgo: FlowClock = { ...systemClock, now: () => Date.now() - 3_600_000 };

class Nap extends Flow<typeof Nap> {
  static output = z.string();
  @start() async nap() {
    await this.sleep("1m");
  }
  @listen("nap") async wake() {
    most = Math.max(most, ++running);
    await pause(20);
    await held;
    running--;
    return "slept";
  }
}

const message = { id: "m", role: "user" as const, parts: [{ type: "text", text: "hi" }] };
const reply = { id: "r", role: "assistant" as const, parts: [{ type: "text", text: "yes" }] };

class Old extends Flow<typeof Old> {
  static flowName = "Talk";
  static inputs = z.object({ message: ChatMessage });
  static output = ChatMessage;
  @start() async before() {
    await this.sleep("1m");
    return reply;
  }
}

class Changed extends Flow<typeof Changed> {
  static flowName = "Talk";
  static inputs = z.object({ message: ChatMessage });
  static output = ChatMessage;
  @start() after() {
    return reply;
  }
}

class Asks extends Flow {
  @start() ask1() {
    return this.ask("sure?");
  }
}

class Outer extends Flow {
  @start() inner() {
    return this.runFlow(Asks);
  }
}

interface Told {
  readonly level: "error" | "warn";
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

function listener() {
  const told: Told[] = [];
  const tell = (level: Told["level"]) => (text: string, fields?: Told["fields"]) =>
    void told.push({ level, text, fields });
  const silent = () => undefined;
  return { told, logger: { debug: silent, info: silent, warn: tell("warn"), error: tell("error") } };
}

/** The store, and the names of the methods that it was asked by. */
function counted(store: FlowPersistence) {
  const asked: string[] = [];
  const persistence = new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        asked.push(String(name));
        return value.apply(target, args);
      };
    },
  });
  return { asked, persistence };
}

test.each(["memory", "sqlite"])("however many runs wait, a pass asks the store once what is due: %s", async (kind) => {
  const store = kind === "memory" ? new MemoryPersistence() : new SqlitePersistence(":memory:");
  const asks = new Asks({ persistence: store });
  const outer = new Outer({ persistence: store });
  for (let i = 0; i < 100; i++) await Promise.all([asks.kickoff(), outer.kickoff()]);
  const { asked, persistence } = counted(store);
  const { server } = await serve({ flows: [Asks, Outer, Nap], persistence });
  await server.host.recover();
  asked.length = 0;
  await server.host.recover();
  expect(asked).toEqual(["due"]);
});

test("runs that are taken up count among those that may be driven at a time: the others wait for their turn", async () => {
  const persistence = new SqlitePersistence(":memory:");
  const flow = new Nap({ persistence, clock: anHourAgo });
  const runs = await Promise.all(Array.from({ length: 20 }, () => flow.kickoff({}, { returnOnSleep: true })));
  let letGo: () => void = () => undefined;
  held = new Promise((resolve) => {
    letGo = resolve;
  });
  const { server, post } = await serve({ flows: [Nap], persistence, limits: { runs: 3 }, recoverEvery: "10s" });
  for (let driven = 0; driven < 3; driven = server.host.driven) await pause(1);
  expect((await post("/flows/Nap", {})).body.code).toBe("SERVER_BUSY");
  letGo();
  await server.host.recover();
  for (const { id } of runs) expect(await flow.runs.get(id)).toMatchObject({ status: "completed" });
  expect(most).toBe(3);
});

test("a run that can't be taken up is told once, shown, counted, and tried again later and later", async () => {
  const persistence = new SqlitePersistence(":memory:");
  await new Old({ persistence, clock: anHourAgo }).kickoff({ message }, { id: "stuck", returnOnSleep: true });
  const { told, logger } = listener();
  const { server, ask } = await serve({ flows: [Changed], persistence, logger });
  for (let pass = 0; pass < 3; pass++) await server.host.recover();
  expect(told).toEqual([
    {
      level: "error",
      text: 'a run of "Talk" can\'t be taken up, and stands where it stood',
      fields: {
        runId: "stuck",
        code: "PLAN_CHANGED",
        hint: expect.stringContaining("migrate"),
        error: expect.any(Error),
      },
    },
  ]);
  expect(server.host.refused.get("stuck")).toMatchObject({ flow: "Talk", tries: 1 });
  const { body } = await ask("/runs/stuck");
  expect(body).toMatchObject({ status: "waiting", refused: { error: { code: "PLAN_CHANGED" } } });
  expect(new Date(body.refused.nextTry).getTime()).toBeGreaterThan(new Date(body.refused.since).getTime());
  expect((await ask("/metrics")).body).toContain('millrace_runs_refused{flow="Talk",code="PLAN_CHANGED"} 1');

  // as soon as somebody has mended it, nothing more is said of it
  await new Changed({ persistence }).runs.cancel("stuck");
  await server.host.recover();
  expect(server.host.refused.size).toBe(0);
  expect((await ask("/runs/stuck")).body).not.toHaveProperty("refused");
  expect((await ask("/metrics")).body).not.toContain("millrace_runs_refused{");
});

test("who follows the reply of a run that can't be taken up is told of an error, and the chat can be gone on with", async () => {
  const persistence = new SqlitePersistence(":memory:");
  await new Old({ persistence, clock: anHourAgo }).continue("c", { message }, { id: "stuck", returnOnSleep: true });
  // its process is gone in the middle of it
  await persistence.release(await persistence.claim("stuck", { id: "gone" }));
  const { server, ask, post } = await serve({ flows: [Changed], persistence });
  await server.host.recover();
  const stream = await ask("/flows/Talk/chat/c/stream");
  expect(stream.status).toBe(200);
  expect(stream.body).toContain('"type":"error"');
  expect((await post("/flows/Talk/chat/c/stop")).status).toBeLessThan(300);
  const next = await post("/flows/Talk/chat", { id: "c", messages: [{ ...message, id: "m2" }] });
  expect(next.body).toContain("yes");
});

test("runs of a flow that is not served are told of once", async () => {
  const persistence = new SqlitePersistence(":memory:");
  for (let i = 0; i < 3; i++) await new Nap({ persistence, clock: anHourAgo }).kickoff({}, { returnOnSleep: true });
  const { told, logger } = listener();
  const { server } = await serve({ flows: [Asks], persistence, logger });
  for (let pass = 0; pass < 40; pass++) await server.host.recover();
  expect(told).toMatchObject([{ level: "warn", text: expect.stringContaining('"Nap"'), fields: { flow: "Nap" } }]);
});

test("of many runs that can't be taken up for one reason some are told of one by one", async () => {
  const persistence = new SqlitePersistence(":memory:");
  const old = new Old({ persistence, clock: anHourAgo });
  await Promise.all(Array.from({ length: 40 }, () => old.kickoff({ message }, { returnOnSleep: true })));
  const { told, logger } = listener();
  const { server } = await serve({ flows: [Changed], persistence, logger });
  for (let pass = 0; pass < 3; pass++) await server.host.recover();
  expect(server.host.refused.size).toBe(40);
  expect(told.map(({ text }) => text.startsWith("more runs"))).toEqual([...Array(10).fill(false), true]);
});
