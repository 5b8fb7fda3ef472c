import { Flow, listen, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { serve as serving } from "../test/serve.js";
import type { ServerOptions } from "./index.js";

class Hello extends Flow<typeof Hello> {
  static state = z.object({ name: z.string() });
  static output = z.object({ text: z.string() });
  @start() greet() {
    return `Hello, ${this.state.name}`;
  }
  @listen("greet") shout(text: string) {
    return { text: `${text}!` };
  }
}

class Broken extends Flow {
  @start() charge() {
    throw new Error("password=hunter2");
  }
}

class Slow extends Flow {
  @start() async nap() {
    await this.sleep("1h");
  }
}

const serve = (options: Partial<ServerOptions> = {}) => serving({ flows: [Hello, Broken, Slow], ...options });

test("flows are listed and shown with their schemas", async () => {
  const { ask } = await serve();
  expect((await ask("/flows")).body.flows).toEqual([
    { name: "Hello", kind: "complete" },
    { name: "Broken", kind: "complete" },
    { name: "Slow", kind: "complete" },
  ]);
  const { body } = await ask("/flows/Hello");
  expect(body.inputs).toMatchObject({ type: "object", required: ["name"] });
  expect(body.output.properties.text).toEqual({ type: "string" });
});

test("a run is waited for, or taken on with an address to look at", async () => {
  const { ask, post } = await serve();
  const waited = await post("/flows/Hello?wait=10", { name: "Ada" });
  expect(waited.status).toBe(200);
  expect(waited.body).toMatchObject({ flow: "Hello", status: "completed", output: { text: "Hello, Ada!" } });
  const taken = await post("/flows/Hello", { name: "Bob" });
  expect(taken.status === 202 || taken.body.status === "completed").toBe(true);
  const found = await ask(taken.headers.get("location")!);
  expect(found.body.id).toBe(taken.body.id);
  const slow = await post("/flows/Slow?wait=0.1", {});
  expect([slow.status, slow.body.status]).toEqual([202, "waiting"]);
});

test("inputs that do not fit are a problem with the places, and nothing is stored", async () => {
  const { server, post } = await serve();
  const { status, headers, body } = await post("/flows/Hello", { name: 5 });
  expect(status).toBe(422);
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(body).toMatchObject({ status: 422, code: "RUN_INPUTS_INVALID", problems: [{ path: ["name"] }] });
  expect((await server.host.persistence.list({})).runs).toEqual([]);
});

test("what a step has thrown is told to nobody, unless it is asked for", async () => {
  const { post, ask } = await serve();
  const { status, body } = await post("/flows/Broken?wait=10", {});
  expect([status, body.code, body.step]).toEqual([422, "STEP_FAILED", "charge"]);
  const later = await ask(`/runs/${body.run}`);
  expect(later.body).toMatchObject({
    status: "failed",
    error: { code: "STEP_FAILED", detail: 'Step "charge" has failed.' },
  });
  expect(JSON.stringify([body, later.body])).not.toContain("hunter2");
  const open = await serve({ exposeErrors: true });
  expect((await open.post("/flows/Broken?wait=10", {})).body.detail).toContain("hunter2");
});

test.each([
  ["/flows/Nobody", { method: "GET" }, 404, "SERVER_FLOW_NOT_FOUND"],
  ["/nowhere", { method: "GET" }, 404, "SERVER_ROUTE_NOT_FOUND"],
  ["/flows/Hello", { method: "DELETE" }, 405, "SERVER_METHOD_NOT_ALLOWED"],
  ["/runs/none", { method: "GET" }, 404, "RUN_NOT_FOUND"],
  ["/flows/Hello?wait=soon", { method: "POST" }, 400, "SERVER_REQUEST_INVALID"],
  [
    "/flows/Hello",
    { method: "POST", body: "{}", headers: { "content-type": "text/plain" } },
    415,
    "SERVER_MEDIA_TYPE_UNKNOWN",
  ],
])("%s %j is answered with %i", async (path, init, ...answer) => {
  const { ask } = await serve();
  const found = await ask(path, init);
  expect([found.status, found.body.code]).toEqual(answer);
});

test.each([
  ["no JSON", "{name:1}"],
  ["NaN", '{"name":NaN}'],
  ["a key twice", '{"name":"a","na\\u006de":"b"}'],
  ["a prototype", '{"__proto__":{"name":"x"}}'],
  ["depth", `{"name":${"[".repeat(70)}${"]".repeat(70)}}`],
])("a body that holds %s is refused", async (_, body) => {
  const { post } = await serve();
  const { status, body: problem } = await post("/flows/Hello", body);
  expect([status, problem.code]).toEqual([400, "SERVER_BODY_INVALID"]);
});

test("a body that is too large is refused before it is read", async () => {
  const { post } = await serve({ limits: { bodyBytes: 1000 } });
  expect((await post("/flows/Hello", { name: "x".repeat(1000) })).status).toBe(413);
  expect((await post("/flows/Hello?wait=5", { name: "x".repeat(900) })).status).toBe(200);
});

test("another address needs somebody who asks", async () => {
  const { server } = await serve();
  await expect(server.listen({ hostname: "0.0.0.0", port: 0 })).rejects.toMatchObject({
    code: "SERVER_ADDRESS_REFUSED",
  });
  const listening = await server.listen({ hostname: "0.0.0.0", port: 0, openToAll: true });
  await expect(server.listen({ port: listening.port, hostname: "0.0.0.0", openToAll: true })).rejects.toMatchObject({
    code: "SERVER_LISTEN_FAILED",
  });
});

test("nothing new is begun once it drains, and what runs stands at a commit", async () => {
  const { server, post } = await serve();
  const { body } = await post("/flows/Slow", {});
  await server.host.close();
  const { status, headers, body: problem } = await post("/flows/Hello", { name: "x" });
  expect([status, problem.code, headers.get("retry-after")]).toEqual([503, "SERVER_DRAINING", "2"]);
  expect((await server.host.persistence.get(body.id))?.owned).toBe(false);
});
