/** What keeps a server well: health, metrics, rates, origins, statuses. */
import { readFileSync } from "node:fs";
import { errorCodes, Flow, FlowError, MemoryPersistence, start } from "millrace";
import { expect, test } from "vitest";
import { problemOf, statusOf } from "../src/http/index.js";
import { serve } from "./serve.js";

class Hello extends Flow {
  @start() greet() {
    return "hello";
  }
}
class Broken extends Flow {
  @start() fail() {
    throw new Error("no");
  }
}
const flows = [Hello, Broken];
const operators = "operators-key-0123456789";
const auth = { keys: [operators, { key: "adas-own-key-0123456789", subject: "ada" }] };
const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

test("anybody may ask whether it is well; it is not ready once the store is gone, or it drains", async () => {
  const persistence = new MemoryPersistence();
  const { server, ask } = await serve({ flows, auth, persistence });
  expect([(await ask("/healthz")).status, (await ask("/readyz")).status]).toEqual([200, 200]);
  await persistence.close();
  expect((await ask("/readyz")).body).toMatchObject({ status: 503, code: "PERSISTENCE_CLOSED" });
  await server.host.close();
  expect((await ask("/readyz")).body.code).toBe("SERVER_DRAINING");
  expect((await ask("/healthz")).status).toBe(200);
});

test("metrics count requests, runs and steps, and are told to who may see all", async () => {
  const { ask, post } = await serve({ flows, auth });
  for (const flow of ["Hello", "Hello", "Broken"])
    await post(`/flows/${flow}?wait=5`, undefined, as(operators).headers);
  await ask("/nowhere/at/all", as(operators));
  const { body, headers } = await ask("/metrics", as(operators));
  expect(headers.get("content-type")).toContain("text/plain");
  expect(body).toContain('millrace_runs_started_total{flow="Hello"} 2');
  expect(body).toContain('millrace_runs_ended_total{flow="Broken",status="failed"} 1');
  expect(body).toContain('millrace_step_duration_seconds_count{flow="Hello",status="completed"} 2');
  expect(body).toContain(
    'millrace_http_request_duration_seconds_count{method="POST",route="/flows/:name",status="200"} 2',
  );
  expect(body).toContain('route="none",status="404"} 1');
  expect((await ask("/metrics", as("adas-own-key-0123456789"))).status).toBe(403);
  expect((await ask("/metrics")).status).toBe(401);
});

test("so many requests, of each key and each address", async () => {
  const { ask } = await serve({ flows, auth, limits: { rate: { requests: 3, per: "1m" } } });
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await ask("/flows", as(operators))).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  const { headers, body } = await ask("/flows", as(operators));
  expect([body.code, Number(headers.get("retry-after")) > 50]).toEqual(["SERVER_RATE_LIMITED", true]);
  expect((await ask("/flows", as("adas-own-key-0123456789"))).status).toBe(200);
  const guesses = [];
  for (let i = 0; i < 4; i++) guesses.push((await ask("/flows", as(`wrong-key-number-${i}`))).status);
  expect(guesses).toEqual([401, 401, 401, 429]);
  expect((await ask("/healthz")).status).toBe(200);
});

test("addresses behind a proxy are those that it tells, and nobody else's word counts", async () => {
  const limits = { rate: { requests: 1 } };
  const from = (address: string) => ({ headers: { "x-forwarded-for": address } });
  const trusting = await serve({ flows, limits, trustProxy: true });
  expect((await trusting.ask("/flows", from("9.9.9.9, 10.0.0.1"))).status).toBe(200);
  expect((await trusting.ask("/flows", from("8.8.8.8, 10.0.0.1"))).status).toBe(429);
  expect((await trusting.ask("/flows", from("10.0.0.2"))).status).toBe(200);
  const plain = await serve({ flows, limits });
  expect((await plain.ask("/flows", from("10.0.0.1"))).status).toBe(200);
  expect((await plain.ask("/flows", from("10.0.0.2"))).status).toBe(429);
});

test("pages of other origins may ask only where that is said", async () => {
  const preflight = {
    method: "OPTIONS",
    headers: {
      origin: "https://a.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization",
    },
  };
  const closed = await serve({ flows, auth });
  expect((await closed.ask("/flows/Hello", preflight)).headers.get("access-control-allow-origin")).toBe(null);
  const open = await serve({ flows, auth, cors: { origins: ["https://a.example"] } });
  const allowed = await open.ask("/flows/Hello", preflight);
  expect([allowed.status, allowed.headers.get("access-control-allow-origin")]).toEqual([204, "https://a.example"]);
  expect(allowed.headers.get("access-control-allow-headers")).toBe("authorization");
  const other = await open.ask("/flows", { headers: { origin: "https://b.example", ...as(operators).headers } });
  expect(other.headers.get("access-control-allow-origin")).toBe(null);
});

test("every path may begin with something", async () => {
  const { ask, post } = await serve({ flows, basePath: "/api/flows-of-mine" });
  const { headers, body } = await post("/api/flows-of-mine/flows/Hello?wait=5");
  expect([body.output, headers.get("location")]).toEqual(["hello", `/api/flows-of-mine/runs/${body.id}`]);
  expect((await ask("/flows")).body.code).toBe("SERVER_ROUTE_NOT_FOUND");
  await expect(serve({ flows, basePath: "api" })).rejects.toMatchObject({ code: "SERVER_OPTION_INVALID" });
});

test("HEAD is as GET without a body, OPTIONS tells what there is", async () => {
  const { ask } = await serve({ flows });
  const head = await ask("/flows/Hello", { method: "HEAD" });
  expect([head.status, head.body]).toEqual([200, ""]);
  const options = await ask("/flows/Hello", { method: "OPTIONS" });
  expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, POST, HEAD, OPTIONS"]);
  expect((await ask("/flows/Hello", { method: "PATCH" })).headers.get("allow")).toBe("GET, POST, HEAD, OPTIONS");
});

const page = readFileSync(new URL("../../../docs/server.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| (\d{3}) \|[^|]*\|([^|]*)\|$/gm)].map(([, status, codes]) => ({
  status: Number(status),
  names: [...codes!.matchAll(/`([A-Z_]+\*?)`/g)].map(([, name]) => name!),
}));

/** By the row that names it, or most of it; nothing that is not named there is for outsiders. */
function documented(code: string): number {
  const fitting = rows.flatMap(({ status, names }) =>
    names
      .filter((name) => (name.endsWith("*") ? code.startsWith(name.slice(0, -1)) : code === name))
      .map((name) => ({ status, length: name.length + (name.endsWith("*") ? 0 : 100) })),
  );
  return fitting.sort((a, b) => b.length - a.length)[0]?.status ?? 500;
}

test("every error code is answered with the status that the page says, and the page names none that is not there", () => {
  const codes = Object.keys(errorCodes) as (keyof typeof errorCodes)[];
  expect(Object.fromEntries(codes.map((code) => [code, documented(code)]))).toEqual(
    Object.fromEntries(codes.map((code) => [code, statusOf(code)])),
  );
  for (const name of rows.flatMap(({ names }) => names))
    expect(codes.filter((code) => code.startsWith(name.replace("*", "")))).not.toEqual([]);
});

test.each(Object.keys(errorCodes) as (keyof typeof errorCodes)[])(
  "a problem of %s has no stack, no cause and no path",
  (code) => {
    const error = new FlowError(code, "what is told", {
      cause: new Error("/etc/secret"),
      details: { file: "/etc/secret" } as never,
    });
    const problem = problemOf(error);
    expect(JSON.stringify(problem)).not.toContain("secret");
    // whoever writes the server's `auth` must find out that it has failed; no word of what it has thrown is told
    if (code === "SERVER_AUTH_FAILED")
      expect(problem.detail).toBe("`auth` of this server gave no answer that says who asks.");
    else if (problem.status === 500)
      expect([problem.code, problem.detail]).toEqual(["INTERNAL", "Something went wrong in the server."]);
  },
);
