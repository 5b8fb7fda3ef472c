import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { functionsToTools } from "@millrace/document";
import { expect, test } from "vitest";
import { outputIn, outputOf, problemsIn, projectOf } from "./support/project.js";

const code = `
/** Searches. @param query What for. */
export const search = ({ query, limit }, { call }) => [query, limit, call.step];
export function join(first, second = "!") { return first + second; }
`;
const flow = (tools: string, steps: string) => ({
  "code.mjs": code,
  "flow.yaml": `
tools:
${tools.trim().replace(/^/gm, "  ")}
flows:
  - id: main
    steps:
${steps.trim().replace(/^/gm, "      ")}
`,
});
const tools = `
search:
  description: Searches.
  parameters: { query: text, limit: { type: int, default: 3 } }
  type: code
  run: ./code.mjs#search
greet:
  parameters: { name: text }
  type: template
  template: "Hello, {{ params.name }}!"
`;

test("a tool has parameters of its own, checked and with their defaults", async () => {
  const steps = `
- { id: found, type: tool, tool: search, with: { query: "{{ input.q }}" } }
- { id: hello, type: tool, tool: greet, with: { name: "{{ found[0] }}" } }
- { id: both, type: echo, value: ["{{ found }}", "{{ hello }}"] }
`;
  expect(await outputOf(flow(tools, steps), { q: "Ada" })).toEqual([["Ada", 3, "found"], "Hello, Ada!"]);
  await expect(outputOf(flow(tools, steps), { q: 5 })).rejects.toThrow(/q/);
});

test("tools may be a list, too", async () => {
  const listed = `
- { id: greet, parameters: { name: text }, type: template, template: "Hello, {{ params.name }}!" }
- { id: to-all, type: template, template: "Hello, all!" }
`;
  const steps = `
- { id: hello, type: tool, tool: greet, with: { name: Ada } }
- { id: others, type: tool, tool: to-all, with: {} }
- { id: both, type: echo, value: ["{{ hello }}", "{{ others }}"] }
`;
  expect(await outputOf(flow(listed, steps))).toEqual(["Hello, Ada!", "Hello, all!"]);
});

test.each([
  ["- { type: template, template: x }", /flow\.yaml:3:5 A tool of a list needs an `id`/],
  ["- { id: 5, type: template, template: x }", /flow\.yaml:3:\d+ The `id` of a tool is no text/],
  ["- greet", /A tool of a list is no mapping\.[\s\S]*id: weather/],
  [
    "- { id: t, type: template, template: x }\n- { id: t, type: template, template: y }",
    /:4:\d+ The tool "t" is there already, at .*:3:/,
  ],
  ["t: { id: u, type: template, template: x }", /A tool has no `id`/],
])("what is wrong with a list of tools: %s", async (listed, told) => {
  expect(await problemsIn(flow(listed, "- { id: a, type: echo, value: 1 }"))).toMatch(told);
});

test("functions of a module become tools that run", async () => {
  const steps = `- { id: word, type: tool, tool: join, with: { first: a } }`;
  const root = projectOf({ "code.mjs": code, "flow.yaml": "" });
  const converted = await functionsToTools(join(root, "code.mjs"), { root });
  writeFileSync(join(root, "flow.yaml"), `${converted}flows: [{ id: main, steps: [ ${steps.slice(2)} ] }]`);
  expect(await outputIn(root)).toBe("a!");
});

test.each([
  ["a name that is none", tools, `- { id: a, type: tool, tool: serch }`, /There is no tool "serch"; is "search" meant/],
  ["a parameter that is missing", tools, `- { id: a, type: tool, tool: greet, with: {} }`, /name/],
  ["a parameter that is none", tools, `- { id: a, type: tool, tool: greet, with: { name: a, nam: b } }`, /nam/],
  ["a step's field", "a: { type: echo, on: b }", `- { id: a, type: tool, tool: a }`, /A tool has no `on`/],
  ["a tool of a tool", "a: { type: tool, tool: a }", `- { id: a, type: tool, tool: a }`, /can't be the type of a tool/],
  [
    "labels",
    `a: { type: approval, message: a, outcomes: [b, c] }`,
    `- { id: a, type: echo }`,
    /can't be the type of a tool/,
  ],
  ["no type", "a: { parameters: {} }", `- { id: a, type: echo }`, /type/],
  ["no mapping", "a: 5", `- { id: a, type: echo }`, /no mapping/],
  [
    "another name in a template",
    `a: { type: template, template: "{{ input.x }}" }`,
    `- { id: a, type: tool, tool: a }`,
    /input/,
  ],
  [
    "a module that is not there",
    "a: { type: code, run: ./none.mjs#x }",
    `- { id: a, type: tool, tool: a }`,
    /none.mjs/,
  ],
  ["a type that is none", "a: { type: echo, parameters: { x: txet } }", `- { id: a, type: tool, tool: a }`, /txet/],
])("%s is told", async (...[, written, steps, message]) => {
  expect(await problemsIn(flow(written, steps))).toMatch(message);
});
