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
const examples = page.examples.filter(({ text }) => !text.includes("explode"));
const modules = { [page.module.name]: page.module.text };
const env = { SHOP_TOKEN: "a-secret-token" };

describe("the examples of docs/document-steps.md as classes", () => {
  test.each(examples)("$name", { timeout: 60_000 }, async (example) => {
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

test.each(cases)("$name", { timeout: 60_000 }, async ({ yaml, inputs, answers }) => {
  const { flows } = await converted({ "code.mjs": code, "flow.yaml": yaml });
  const [{ document, written } = expect.fail()] = flows;
  const expected = await story(document, inputs, answers);
  expect(expected.end).toHaveProperty("output");
  expect(await story(written, inputs, answers)).toEqual(expected);
});

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

test("what has no counterpart is told, by step and line", async () => {
  const steps = "\n      - { id: a, type: explode, items: [] }\n      - { id: b, type: collect }";
  const root = projectOf({ "flow.yaml": `flows:\n  - id: f\n    steps:${steps}` });
  await expect(documentToClass(join(root, "flow.yaml"))).rejects.toMatchObject({
    code: "CONVERT_FAILED",
    message: expect.stringMatching(/step "a" \(line 4\) is of a stream of items/),
  });
});
