import { virtualClock } from "@millrace/testing";
import { Flow, type FlowPersistence, MemoryPersistence, start } from "millrace";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { type AuthOptions, createServer, type FlowServer, type ServerOptions } from "../src/index.js";

class Report extends Flow<typeof Report> {
  static state = z.object({ topic: z.string(), since: z.date().optional() });
  @start() write() {
    return `on ${this.state.topic}`;
  }
}

class Secret extends Flow {
  @start() tell() {}
}

const open: FlowServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function serve(options: Partial<ServerOptions> = {}) {
  const clock = virtualClock({ start: "2026-03-02T08:30:00Z" });
  const server = await createServer({ flows: [Report, Secret], clock, recoverEvery: false, ...options });
  open.push(server);
  const ask = async (method: string, path: string, { body, key }: { body?: unknown; key?: string } = {}) => {
    const headers = {
      ...(key && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await server.fetch(new Request(`http://localhost${path}`, init));
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  };
  return { server, clock, ask };
}

const hourly = { id: "hourly", flow: "Report", inputs: { topic: "x" }, cron: "0 * * * *" };

test("a schedule is put, shown, changed and removed; its runs are found by its name", async () => {
  const { ask, clock } = await serve();
  const put = await ask("POST", "/schedules", { body: hourly });
  expect([put.status, put.headers.get("location")]).toEqual([201, "/schedules/hourly"]);
  const rules = { timeZone: "UTC", missed: "run-once", overlap: "start", enabled: true, origin: "manual" };
  expect(put.body).toEqual({
    ...hourly,
    ...rules,
    createdAt: "2026-03-02T08:30:00.000Z",
    nextDue: "2026-03-02T09:00:00.000Z",
  });
  await clock.advance("1h");
  const shown = await ask("GET", "/schedules/hourly");
  const id = "hourly@2026-03-02T09:00:00.000Z";
  expect(shown.body).toMatchObject({
    lastRun: { id, due: "2026-03-02T09:00:00.000Z" },
    nextDue: "2026-03-02T10:00:00.000Z",
  });
  expect((await ask("GET", `/runs/${id}`)).body).toMatchObject({ status: "completed", output: "on x" });
  const change = { cron: "30 9 * * *", timeZone: "Europe/Berlin" };
  expect((await ask("PATCH", "/schedules/hourly", { body: change })).body.nextDue).toBe("2026-03-03T08:30:00.000Z");
  expect((await ask("GET", "/schedules?flow=Secret")).body).toEqual({ schedules: [] });
  expect((await ask("DELETE", "/schedules/hourly")).status).toBe(204);
  expect((await ask("GET", "/schedules")).body).toEqual({ schedules: [] });
  expect((await ask("DELETE", "/schedules/hourly")).body.code).toBe("SERVER_SCHEDULE_NOT_FOUND");
});

test("a run can be started at once", async () => {
  const { ask } = await serve();
  await ask("POST", "/schedules", { body: hourly });
  const { status, headers, body } = await ask("POST", "/schedules/hourly/run");
  expect([status, body.schedule]).toEqual([202, "hourly"]);
  expect((await ask("GET", headers.get("location")!)).body.flow).toBe("Report");
});

test.each([
  ["POST", "/schedules", { ...hourly, flow: "Nobody" }, 422, "SERVER_SCHEDULE_INVALID"],
  ["POST", "/schedules", { ...hourly, cron: "soon" }, 422, "SERVER_SCHEDULE_INVALID"],
  ["POST", "/schedules", { ...hourly, inputs: { topic: 1 } }, 422, "SERVER_SCHEDULE_INVALID"],
  ["POST", "/schedules", null, 422, "SERVER_SCHEDULE_INVALID"],
  ["POST", "/schedules", [hourly], 422, "SERVER_SCHEDULE_INVALID"],
  ["POST", "/schedules", { ...hourly, id: "taken" }, 409, "SERVER_SCHEDULE_EXISTS"],
  ["PATCH", "/schedules/taken", { revision: "1" }, 422, "SERVER_SCHEDULE_INVALID"],
  ["PATCH", "/schedules/taken", { origin: "config" }, 422, "SERVER_SCHEDULE_INVALID"],
  ["PATCH", "/schedules/configured", { cron: "* * * * *" }, 409, "SERVER_SCHEDULE_CONFIGURED"],
  ["DELETE", "/schedules/configured", undefined, 409, "SERVER_SCHEDULE_CONFIGURED"],
  ["GET", "/schedules?limit=0", undefined, 400, "SERVER_REQUEST_INVALID"],
  ["GET", "/schedules?limit=many", undefined, 400, "SERVER_REQUEST_INVALID"],
  ["GET", "/schedules/none", undefined, 404, "SERVER_SCHEDULE_NOT_FOUND"],
])("%s %s %j is answered with %i", async (...[method, path, body, ...expected]) => {
  const { ask } = await serve({ schedules: [{ ...hourly, id: "configured" }] });
  await ask("POST", "/schedules", { body: { ...hourly, id: "taken" } });
  const answer = await ask(method, path, { body });
  expect([answer.status, answer.body.code]).toEqual(expected);
});

test("schedules are their maker's, and of flows that one has rights on", async () => {
  const [ada, bob, all] = ["ada-0123456789abcdef", "bob-0123456789abcdef", "all-0123456789abcdef"];
  const auth: AuthOptions = {
    keys: [
      { key: ada, subject: "ada", flows: { Report: "*" } },
      { key: bob, subject: "bob", flows: { Report: ["read", "run"], Secret: "*" } },
      all,
    ],
  };
  const { ask, clock } = await serve({ auth });
  const { status, body } = await ask("POST", "/schedules", { body: hourly, key: ada });
  expect(status).toBe(201);
  for (const id of ["hourly", body.id]) {
    expect((await ask("GET", `/schedules/${id}`, { key: ada })).body.id).toBe(body.id);
    expect((await ask("GET", `/schedules/${id}`, { key: bob })).status).toBe(404);
    expect((await ask("DELETE", `/schedules/${id}`, { key: bob })).status).toBe(404);
  }
  expect((await ask("GET", "/schedules", { key: bob })).body.schedules).toEqual([]);
  expect((await ask("GET", "/schedules", { key: all })).body.schedules).toHaveLength(1);
  expect((await ask("POST", "/schedules", { body: hourly, key: bob })).status).toBe(403);
  expect((await ask("POST", "/schedules", { body: { ...hourly, flow: "Secret" }, key: ada })).status).toBe(404);
  const move = await ask("PATCH", "/schedules/hourly", { body: { flow: "Secret", inputs: {} }, key: ada });
  expect(move.status).toBe(404);
  await clock.advance("1h");
  const run = encodeURIComponent((await ask("GET", "/schedules/hourly", { key: ada })).body.lastRun.id);
  expect((await ask("GET", `/runs/${run}`, { key: ada })).body.status).toBe("completed");
  expect((await ask("GET", `/runs/${run}`, { key: bob })).status).toBe(404);
});

test.each(["run", "answer", "operate"] as const)("the right %s alone shows no schedules", async (right) => {
  const [own, all] = ["own-0123456789abcdef", "all-0123456789abcdef"];
  const { ask } = await serve({ auth: { keys: [{ key: own, flows: { Report: [right] } }, all] } });
  await ask("POST", "/schedules", { body: hourly, key: all });
  expect((await ask("GET", "/schedules", { key: own })).body.schedules).toEqual([]);
  expect((await ask("GET", "/schedules/hourly", { key: own })).body.code).toBe("SERVER_FORBIDDEN");
  expect((await ask("PATCH", "/schedules/hourly", { body: { enabled: false }, key: own })).status).toBe(
    right === "operate" ? 200 : 403,
  );
});

test("schedules that can't be keep a server from starting, and nothing of them is put", async () => {
  const persistence = new MemoryPersistence();
  const broken = { ...hourly, id: "broken", inputs: {} };
  const made = createServer({ flows: [Report], persistence, schedules: [hourly, broken] });
  await expect(made).rejects.toMatchObject({ code: "SERVER_SCHEDULE_INVALID" });
  expect(persistence.schedules.list({}).schedules).toEqual([]);
});

test("a store may keep no schedules", async () => {
  const memory = new MemoryPersistence();
  const persistence = new Proxy<FlowPersistence>(memory, {
    get(target, name) {
      const value = name === "schedules" ? undefined : Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const { ask } = await serve({ persistence });
  const { status, body } = await ask("POST", "/schedules", { body: hourly });
  expect([status, body.code]).toEqual([501, "SERVER_SCHEDULES_MISSING"]);
});
