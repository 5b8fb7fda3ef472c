/** The description is OpenAPI 3.1, a generator takes it, and it tells of every route that there is. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { ChatMessage, Flow, start } from "millrace";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";
import { expect, test } from "vitest";
import { z } from "zod";
import { makeApp } from "../src/app.js";
import { accessOf } from "../src/auth/index.js";
import { openHost } from "../src/host/index.js";
import { answerLinks, chatSettings, limitsOf } from "../src/http/index.js";
import { Schedules } from "../src/schedules/index.js";
import { serve } from "./serve.js";

const Person = z
  .object({
    name: z.string(),
    get friends() {
      return z.array(Person).optional();
    },
  })
  .meta({ id: "Person" });

class Hello extends Flow<typeof Hello> {
  static inputs = z
    .object({ who: Person, on: z.date().optional(), n: z.bigint().default(1n) })
    .meta({ title: "A greeting", description: "Greets." });
  static output = z.object({ text: z.string() });
  @start() greet({ who }: { who: { name: string } }) {
    return { text: `Hello, ${who.name}` };
  }
}
class Odd extends Flow {
  static flowName = "odd flow/ä #1";
  @start() go() {}
}
class Talk extends Flow<typeof Talk> {
  static inputs = z.object({ message: ChatMessage, tone: z.enum(["dry", "warm"]).default("dry") });
  static output = ChatMessage;
  @start() say({ message }: { message: ChatMessage }) {
    return { ...message, role: "assistant" as const };
  }
}

const flows = [Hello, Odd, Talk];

test("it is valid, and so are all references in it", async () => {
  const { ask } = await serve({ flows, basePath: "/api" });
  const { status, body } = await ask("/api/openapi.json");
  expect(status).toBe(200);
  const { valid, errors } = await new Validator().validate(structuredClone(body));
  expect([valid, errors]).toEqual([true, undefined]);
  const names = Object.keys(body.components.schemas);
  for (const [, name] of JSON.stringify(body).matchAll(/"#\/components\/schemas\/([^"]+)"/g))
    expect(names).toContain(name);
  expect(JSON.stringify(body)).not.toContain("$defs");
  const operations = Object.values(body.paths as Record<string, Record<string, { operationId: string }>>).flatMap(
    Object.values,
  );
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
});

test("a generator makes types of it, by which each flow's own shapes are known", async () => {
  const { ask } = await serve({ flows });
  const { body } = await ask("/openapi.json");
  const made = astToString(await openapiTS(body));
  const { diagnostics } = ts.transpileModule(made, { reportDiagnostics: true });
  expect(diagnostics).toEqual([]);
  expect(made).toContain('"Hello.inputs.Person": {');
  expect(made).toMatch(/"Hello\.output": \{\s+text: string;/);
  expect(made).toContain('"/flows/Hello": {');
  expect(made).toMatch(/Chat: \{[\s\S]*?messages: components\["schemas"\]\["Message"\]\[\]/);
});

test("every route is described, and every description is of a route", async () => {
  const { ask } = await serve({ flows: [] });
  const { paths } = (await ask("/openapi.json")).body;
  const described = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const host = await openHost({ recoverEvery: false });
  const server = {
    host,
    schedules: new Schedules(host),
    limits: limitsOf(),
    chat: chatSettings(),
    links: answerLinks(),
    basePath: "",
    exposeErrors: false,
    hasAuth: false,
  };
  const app = makeApp({ server, authenticate: async () => accessOf({}), address: { trustProxy: false } });
  const there = app.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(?:\{[^}]*\})?/g, "{$1}")}`);
  expect(described.sort()).toEqual([...new Set(there)].sort());
  await host.close();
});

class Ask extends Flow {
  @start() async put() {
    return this.ask("How many?", { schema: z.number() });
  }
}

test("what a link answers to browsers and to programs is described, and by what they answer it", async () => {
  const { ask, post, url } = await serve({
    flows: [Ask],
    auth: { keys: ["key-of-operator-0123456789"] },
    links: { secret: "s".repeat(32) },
  });
  const key = { authorization: "Bearer key-of-operator-0123456789" };
  const { paths } = (await ask("/openapi.json", { headers: key })).body;
  const described = paths["/links/{token}"];
  await post("/flows/Ask", {}, key);
  const [question] = (await ask("/questions", { headers: key })).body.questions;
  const link = (await post(`/questions/${encodeURIComponent(question.id)}/links`, {}, key)).body.url.slice(url.length);
  const form = "application/x-www-form-urlencoded";
  const seen: number[] = [];
  for (const accept of ["text/html", "application/json"])
    for (const [path, method, body, type] of [
      [link, "get"],
      ["/links/none", "get"],
      [link, "post", "value=many", form],
      [link, "post", "many", "application/json"],
      [link, "post", '"many"', "application/json"],
    ] as const) {
      const headers = { accept, ...(type && { "content-type": type }) };
      const answered = await ask(path, { method, headers, ...(body && { body }) });
      const responses = described[method].responses;
      const known = responses[answered.status] ?? responses.default;
      expect(Object.keys(known.content)).toContain(answered.headers.get("content-type")!.split(";")[0]);
      if (type) expect(Object.keys(described[method].requestBody.content)).toContain(type);
      seen.push(answered.status);
    }
  expect(seen).toEqual([200, 404, 422, 400, 422, 200, 404, 422, 400, 422]);
  const ofChats = paths["/flows/{name}/chat/{id}"].get;
  expect(ofChats.parameters.map(({ name }: any) => name)).toContain("X-AI-SDK-Major");
  expect(Object.keys(ofChats.responses)).toContain("400");
});

test("who may not run a flow is not told of it", async () => {
  const key = "somebodys-key-0123456789";
  const { ask } = await serve({ flows, auth: { keys: [{ key, flows: ["Talk"] }] } });
  expect((await ask("/openapi.json")).status).toBe(401);
  const { body } = await ask("/openapi.json", { headers: { authorization: `Bearer ${key}` } });
  expect(Object.keys(body.paths)).toContain("/flows/Talk");
  expect(JSON.stringify(body)).not.toContain("Hello");
  expect(body.security).toEqual([{ bearer: [] }]);
});

test("the page to read it on asks no other host for anything", async () => {
  const { ask } = await serve({ flows });
  const { status, headers, body } = await ask("/docs");
  expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(body).not.toMatch(/(?:https?:)?\/\//);
  expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; connect-src 'self'; style-src 'sha256-/);
});
