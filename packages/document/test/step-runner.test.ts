/** Step types of documents, run by hand in a class. */

import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  decode,
  defineStepType,
  evaluate,
  extract,
  fileRead,
  fileWrite,
  fromEnv,
  http,
  parts,
  runStep,
  type StepRunner,
  sql,
  stepRunner,
} from "@millrace/document";
import { Flow, FlowError, start, toolsOf } from "millrace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { projectOf } from "./support/project.js";

/** One step of a class that runs step types. */
async function inStep<T>(step: (flow: Flow) => T) {
  class One extends Flow {
    @start() one() {
      return step(this);
    }
  }
  const events: unknown[] = [];
  const flow = new One();
  flow.events.on("*", (event) => void events.push(event));
  const value = await flow.kickoff().then(
    ({ outputs }) => outputs.one as unknown,
    (error: FlowError) => error,
  );
  return { value, told: JSON.stringify(events) };
}

const seen: string[] = [];
const server = createServer((request, response) => {
  seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`);
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ id: "7", you: request.headers.authorization ?? null }));
});
let base: string;
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
});
afterAll(() => void server.close());

test("with a config of values, schemas and parts; what is secret comes out nowhere", async () => {
  const run = stepRunner({
    connections: { shop: { type: "http", baseUrl: base, auth: { bearer: fromEnv("TOKEN") }, allowPrivate: true } },
    env: { TOKEN: "a-secret-token" },
  });
  const as = z.object({ id: z.int(), you: z.string() });
  const { value, told } = await inStep((flow) =>
    run(http, { connection: "shop", url: parts`users/${"a/b"}`, as }, flow),
  );
  expect(value).toEqual({ id: 7, you: "Bearer [secret]" });
  expect(seen.at(-1)).toBe("GET /api/users/a%2Fb Bearer a-secret-token");
  expect(told).not.toContain("a-secret-token");
});

test("files and databases stay within the folder", async () => {
  const root = projectOf({});
  mkdirSync(join(root, "sub"));
  const run = stepRunner({ root });
  const { value } = await inStep(async (flow) => {
    await run(fileWrite, { folder: "sub", path: "a.json", content: { n: 1 } }, flow);
    await run(sql, { file: "a.db", write: true, sql: "create table t (n)" }, toolsOf(flow));
    await run(sql, { file: "a.db", write: true, sql: "insert into t values (:n)", params: { n: 4 } }, flow);
    return [
      await run(sql, { file: "a.db", sql: "select n from t", rows: "one" }, flow),
      await run(fileRead, { path: "sub/a.json" }, flow),
    ];
  });
  expect(value).toEqual([{ n: 4 }, { n: 1 }]);
  expect(readFileSync(join(root, "sub/a.json"), "utf8")).toContain('"n"');
  const outside = await inStep((flow) => run(fileRead, { path: "../secret.txt" }, flow));
  expect(outside.value).toMatchObject({ code: "STEP_FILE_REFUSED" });
});

test("types of a project's own, with parameters and what they refer to", async () => {
  const twice = defineStepType({
    type: "twice",
    description: "Calls a function with a number, twice as large.",
    config: z.strictObject({ run: z.string() }),
    input: () => z.object({ n: z.number() }),
    run: ({ config, params, project }) =>
      (project.load(config.run) as (n: number) => number)((params as { n: number }).n * 2),
  });
  const run = stepRunner({ exports: { "./a.ts#f": (n: number) => n + 1 } });
  const at = (params: unknown) => inStep((flow) => run(twice, { run: "./a.ts#f" }, { flow, params }));
  expect((await at({ n: 2 })).value).toBe(5);
  expect((await at({ n: "2" })).value).toMatchObject({ code: "STEP_PARAMS_INVALID" });
});

test("a result is kept as long as it is said", async () => {
  const run = stepRunner({ root: projectOf({}) });
  let made = 0;
  const value = (n: number) => run.cached("1h", ["v", n], () => ++made);
  expect([await value(1), await value(1), await value(2)]).toEqual([1, 1, 2]);
  const root = projectOf({ "a.json": '{"n":1}' });
  const files = stepRunner({ root });
  const read = () =>
    inStep((flow) => files(fileRead, { path: "a.json", as: z.object({ n: z.int() }) }, { flow, cache: "1h" }));
  expect((await read()).value).toEqual({ n: 1 });
  await inStep((flow) => files(fileWrite, { path: "a.json", content: { n: 2 } }, flow));
  expect((await read()).value).toEqual({ n: 1 });
});

test.each<[what: string, message: RegExp, run: (flow: Flow, run: StepRunner) => unknown]>([
  [
    "a field that is missing",
    /type extract can't be run with this config: path:/,
    (flow, run) => run(extract, { from: 1 } as never, flow),
  ],
  [
    "a field that is unknown",
    /Unrecognized key: "txt"/,
    (flow, run) => run(decode, { text: "1", txt: 1 } as never, flow),
  ],
  ["what its type finds", /sql:/, (flow, run) => run(sql, { file: "a.db", sql: "delete from t" }, flow)],
  [
    "a connection that is not there",
    /no connection "shpo"/i,
    (flow, run) => run(http, { url: "a", connection: "shpo" }, flow),
  ],
  [
    "a variable that is not set",
    /needs MISSING_TOKEN, which is not set/,
    (flow, run) => run(http, { url: "a", connection: "shop" }, flow),
  ],
])("%s is told", async (_what, message, of) => {
  const run = stepRunner({
    connections: { shop: { type: "http", baseUrl: "https://x.example", auth: { bearer: fromEnv("MISSING_TOKEN") } } },
    env: {},
  });
  const { value } = await inStep((flow) => of(flow, run));
  expect(value).toMatchObject({ code: "STEP_CONFIG_INVALID", message: expect.stringMatching(message) });
});

describe("models, memories, tools and types by hand", () => {
  const ask = defineStepType({
    type: "ask-model",
    description: "Asks a model.",
    config: z.strictObject({ what: z.enum(["model", "memory", "tool"]), name: z.string() }),
    run: ({ config: { what, name: id }, tools, project }) =>
      what === "model"
        ? project.model(id)
        : what === "memory"
          ? project.memory(id, tools).messages
          : project.tool(id).id,
  });
  const run = stepRunner({
    connections: { api: { type: "llm-api", key: fromEnv("KEY") } },
    models: {
      fast: { provider: "acme", connection: "api" },
      own: { provider: "acme", model: "m", connection: { type: "llm-api", key: fromEnv("OWN") } },
      unset: { provider: "acme", connection: { type: "llm-api", key: fromEnv("UNSET") } },
    },
    memories: { talk: {} },
    tools: { add: { parameters: z.object({}), run: () => 1 } },
    env: { KEY: "a-secret-key", OWN: "another-secret" },
  });
  const asked = (what: "model" | "memory" | "tool", id: string) => inStep((flow) => run(ask, { what, name: id }, flow));

  test("are there under their names, and keep their secrets", async () => {
    const { value } = await asked("model", "fast");
    expect(value).toEqual({
      id: "fast",
      provider: "acme",
      model: "fast",
      params: {},
      connection: { type: "llm-api", key: "[secret]" },
    });
    const own = await asked("model", "own");
    expect(own.value).toMatchObject({ model: "m", connection: { key: "[secret]" } });
    expect(own.told).not.toContain("another-secret");
    expect((await asked("tool", "add")).value).toBe("add");
  });

  test.each([
    ["model", "fsat", /no model "fsat"; is "fast" meant/],
    ["model", "unset", /model "unset" needs UNSET, which is not set/],
    ["memory", "tlk", /no memory "tlk"; is "talk" meant/],
    ["memory", "talk", /memory "talk" has no place in the flow's state/],
    ["tool", "ad", /no tool "ad"; is "add" meant/],
  ] as const)("of a %s that is not there (%s) is told", async (what, id, message) => {
    const { value } = await asked(what, id);
    expect(value).toMatchObject({ code: "STEP_CONFIG_INVALID", message: expect.stringMatching(message) });
  });

  test("a model whose connection is not there is told", async () => {
    const wrong = stepRunner({ models: { fast: { provider: "acme", connection: "apy" } } });
    const { value } = await inStep((flow) => wrong(ask, { what: "model", name: "fast" }, flow));
    expect(value).toMatchObject({ code: "STEP_CONFIG_INVALID", message: 'There is no connection "apy".' });
  });
});

test("a folder that is not there is told", async () => {
  const { value } = await inStep((flow) => stepRunner({ root: "/no/such/folder" })(fileRead, { path: "a" }, flow));
  expect(value).toMatchObject({ code: "STEP_CONFIG_INVALID", message: "There is no folder /no/such/folder." });
});

test("runStep goes from the working directory; expressions of documents have values", async () => {
  const { value } = await inStep((flow) => runStep(decode, { text: "```json\n[1]\n```" }, flow));
  expect(value).toEqual([1]);
  expect(evaluate("a == [1] && b.matches('^x+$')", { a: [1], b: "xx" })).toBe(true);
  expect(() => evaluate("a +", { a: 1 })).toThrow(FlowError);
});
