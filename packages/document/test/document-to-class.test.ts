import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { defineStepType, documentToClass } from "@millrace/document";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { cases, code } from "./support/class-cases.js";
import { converted, story } from "./support/converted.js";
import { documentOf, examplesOf } from "./support/page-examples.js";
import { projectOf } from "./support/project.js";

const page = examplesOf("document-steps.md");
const modules = { [page.module.name]: page.module.text };
const env = { SHOP_TOKEN: "a-secret-token" };

describe("the examples of docs/document-steps.md as classes", () => {
  test.each(page.examples)("$name", { timeout: 60_000 }, async (example) => {
    const { flows, text, root } = await converted({ ...modules, "flow.yaml": documentOf(example) }, { env });
    expect(text).not.toContain(env.SHOP_TOKEN);
    if (example.input === undefined) return;
    const stories = [];
    for (const { document, written } of flows) {
      for (const door of [document, written]) {
        for (const made of ["data", "shop.db", ".millrace"]) rmSync(join(root, made), { recursive: true, force: true });
        mkdirSync(join(root, "data"));
        stories.push(await story(door, JSON.parse(example.input)));
      }
    }
    const [expected, found] = stories;
    expect(expected!.end).toHaveProperty("output");
    expect(found).toEqual(expected);
  });
});

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");

test("flows of every shape", { timeout: 60_000 }, async () => {
  const { flows } = await converted({ "doors.ts": fixture("doors.ts"), "flow.yaml": fixture("doors.yaml") });
  for (const { document, written } of flows)
    for (const n of [1, 4]) {
      const yes = [{ outcome: "yes" }, { outcome: "yes" }, { outcome: "yes" }];
      expect(await story(written, { n }, yes)).toEqual(await story(document, { n }, yes));
    }
});

test.each(cases)("$name", { timeout: 60_000 }, async ({ yaml, inputs, answers, parallel }) => {
  const { flows } = await converted({ "code.mjs": code, "flow.yaml": yaml });
  const [{ document, written } = expect.fail()] = flows;
  const expected = await story(document, inputs, answers);
  expect(expected.end).toHaveProperty("output");
  const found = await story(written, inputs, answers);
  if (!parallel) expect(found).toEqual(expected);
  expect(found.end).toEqual(expected.end);
  expect(byStep(found.events)).toEqual(byStep(expected.events));
});

/** Without their places among each other. */
function byStep(events: readonly unknown[]): readonly string[] {
  return (events as Record<string, unknown>[]).map(({ seq: _, patches: __, ...event }) => JSON.stringify(event)).sort();
}

describe("a step type of the project's own", () => {
  const shout = defineStepType({
    type: "shout",
    description: "A text in capitals.",
    config: z.strictObject({ text: z.string(), times: z.int().min(1).default(1) }),
    templates: ["text"],
    run: ({ config, params }) => `${config.text.toUpperCase().repeat(config.times)}${(params as { by: string }).by}`,
  });
  const files = {
    "shout.mjs": `
import { defineStepType } from "@millrace/document";
import { z } from "zod";
export const shout = defineStepType({
  type: "shout",
  description: "A text in capitals.",
  config: z.strictObject({ text: z.string(), times: z.int().min(1).default(1) }),
  templates: ["text"],
  run: ({ config, params }) => config.text.toUpperCase().repeat(config.times) + params.by,
});`,
    "flow.yaml":
      "flows: [{ id: loud, steps: [{ id: a, type: shout, text: 'hey {{ input.name }} ', times: 2, with: { by: '!' } }] }]",
  };

  test("is imported from where it is said to be", { timeout: 60_000 }, async () => {
    const { flows } = await converted(files, {
      stepTypes: [shout],
      stepTypeImports: { shout: "./shout.mjs#shout" },
    });
    const [{ document, written } = expect.fail()] = flows;
    const expected = await story(document, { name: "Ada" });
    expect(expected.end).toMatchObject({ output: "HEY ADA HEY ADA !" });
    expect(await story(written, { name: "Ada" })).toEqual(expected);
  });

  test("is asked for where nothing says so", async () => {
    const root = projectOf(files);
    await expect(documentToClass(join(root, "flow.yaml"), { stepTypes: [shout] })).rejects.toMatchObject({
      code: "CONVERT_FAILED",
      message: expect.stringMatching(/step "a" \(line 1\): the step type "shout" is the project's own/),
    });
  });
});

test("what comes from the environment is read from there, and is no part of the text", {
  timeout: 60_000,
}, async () => {
  const yaml = `
flows:
  - id: greets
    inputs: { name: { type: text, default: "\${WHO}" } }
    steps:
      - { id: a, type: template, template: 'Dear "{{ input.name }}" of \${PLACE}, \${COUNT}' }
      - { id: b, type: echo, value: { place: "\${PLACE}", at: '"\${PLACE}"', a: "{{ a + '\${PLACE}' }}", n: "\${COUNT}" } }
      - { id: c, type: decode, text: '["\${BASE}/x"]', timeout: "\${COUNT}s" }
    outputs: { b: "{{ b }}", c: "{{ c }}" }
`;
  const variables = { WHO: "somebody-else", PLACE: "a-secret-place", COUNT: "4", BASE: "https://secret.example" };
  Object.assign(process.env, variables);
  try {
    const { text, flows } = await converted({ "flow.yaml": yaml });
    expect(text).toContain("process.env.PLACE");
    for (const value of ["somebody-else", "a-secret-place", "secret.example"]) expect(text).not.toContain(value);
    const [{ document, written } = expect.fail()] = flows;
    const expected = await story(document, {});
    expect(expected.end).toHaveProperty("output.b.place", "a-secret-place");
    expect(await story(written, {})).toEqual(expected);
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
});

test("its imports go from where it will stand", { timeout: 60_000 }, async () => {
  const yaml =
    "flows: [{ id: f, steps: [{ id: a, type: code, run: ./code/a.mjs#a }, { id: b, type: file-read, path: x }] }]";
  const root = projectOf({ "flows/flow.yaml": yaml, "code/a.mjs": "export const a = () => 1;", x: "" });
  const at = join(root, "flows/flow.yaml");
  expect(await documentToClass(at, { root })).toMatch(
    /from "\.\.\/code\/a\.mjs"[\s\S]*root: new URL\("\.\.\/", import\.meta\.url\)/,
  );
  expect(await documentToClass(at, { root, to: join(root, "f.ts") })).toMatch(
    /from "\.\/code\/a\.mjs"[\s\S]*import\.meta\.dirname/,
  );
});
