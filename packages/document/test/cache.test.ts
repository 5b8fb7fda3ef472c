/** What a cached step is answered from: never what other code, another server or another tool has made. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flowIn, outputIn, problemsIn, projectOf } from "./support/project.js";

const flowOf = (step: string) => `flows:\n  - id: f\n    steps:\n      - ${step}\n`;
const code = "{ id: a, type: code, run: './code.mjs#make', with: { n: 1 }, cache: 1h }";
/** As Node does it: a module is read once, however its file changes. */
const importer = () => {
  const modules = new Map<string, unknown>();
  return async (url: string) => {
    if (!modules.has(url)) modules.set(url, await import(`${url}?${Math.random()}`));
    return modules.get(url);
  };
};

test("a module that was changed while a process runs is not answered for by what that one still makes", async () => {
  const root = projectOf({ "flow.yaml": flowOf(code), "code.mjs": "export const make = () => 'old';" });
  const process = { importModule: importer() };
  const old = new (await flowIn(root, process))();
  writeFileSync(join(root, "code.mjs"), "export const make = () => 'new';");
  expect((await old.kickoff({} as never)).output).toBe("old");
  expect(await outputIn(root, {}, process)).toBe("old");
  expect(await outputIn(root, {}, { importModule: importer() })).toBe("new");
  // and the old code again is answered by what it has made
  writeFileSync(join(root, "code.mjs"), "export const make = () => 'old';");
  expect(await outputIn(root, {}, { importModule: importer() })).toBe("old");
  expect(readdirSync(join(root, ".millrace/cache"))).toHaveLength(2);
});

test("another server or account by the same words is another result", async () => {
  const step = "{ id: a, type: where, connection: api, cache: 1h }";
  const root = projectOf({
    "flow.yaml": `connections: { api: { type: http, baseUrl: "\${API}", auth: { bearer: "\${TOKEN}" } } }\n${flowOf(step)}`,
  });
  const { connectionRef, defineStepType } = await import("@millrace/document");
  const { z } = await import("zod");
  let asked = 0;
  const where = defineStepType({
    type: "where",
    description: "Asks.",
    config: z.strictObject({ connection: connectionRef("http") }),
    run: () => ++asked,
  });
  const ask = (API: string, TOKEN: string) => outputIn(root, {}, { env: { API, TOKEN }, stepTypes: [where] });
  expect([
    await ask("https://a.example/", "one"),
    await ask("https://a.example/", "one"),
    await ask("https://b.example/", "one"),
    await ask("https://a.example/", "two"),
  ]).toEqual([1, 1, 2, 3]);
  for (const name of readdirSync(join(root, ".millrace/cache"))) expect(name).toMatch(/^[0-9a-f]{64}$/);
});

test("a tool is not answered from a cache: what it does may be more than to make a result", async () => {
  const tools = "tools: { t: { description: d, type: template, template: x } }\n";
  expect(await problemsIn({ "flow.yaml": tools + flowOf("{ id: a, type: tool, tool: t, cache: 1h }") })).toMatch(
    /type tool does can't be answered from a cache/,
  );
});
