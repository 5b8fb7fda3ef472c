/** Documents that nobody writes who means well: refused by a problem with a place, and in the time that a small one takes. */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flowIn, problemsIn, projectOf } from "./support/project.js";

const many = (count: number, each: (i: number) => string) => Array.from({ length: count }, (_, i) => each(i));
const steps = (...all: readonly string[]) =>
  `flows:\n  - id: f\n    steps:\n${all.map((s) => `      - ${s}\n`).join("")}`;

test("10,000 aliases are looked up in one walk, 20,000 keys compared once", async () => {
  const flow = `${many(10_000, (i) => `a${i}: &a${i} 1\nb${i}: *a${i}\n`).join("")}`;
  expect(await problemsIn({ "flow.yaml": flow })).toMatch(/"a0" is no field of a document/);
});

test("an anchor that stands again means what stood last before its alias", async () => {
  const values = "[{ a: &x { b: &y 1 } }, { c: &y 2 }, *x, *y]";
  const flow = new (await flowIn(projectOf({ "flow.yaml": steps(`{ id: a, type: echo, value: ${values} }`) })))();
  expect(await flow.kickoff({} as never)).toMatchObject({ output: [{ a: { b: 1 } }, { c: 2 }, { b: 1 }, 2] });
});

test.each([
  ["files by files", "x", /More than 100 files/],
  ["much text", `b: ${"x".repeat(600_000)}`, /more than 3000000 bytes/],
  ["many values", `[${many(20_000, () => "1")}]`, /more than 50000 values/],
])("what is included many times is counted as often: %s", async (_what, content, message) => {
  const flow = `flows: [${many(200, () => "!include a.yaml")}]`;
  expect(await problemsIn({ "flow.yaml": flow, "a.yaml": content })).toMatch(message);
});

test("a flow has no more steps than a reader could follow", async () => {
  const flow = steps(...many(5_000, (i) => `{ id: s${i}, type: echo, value: "{{ x${i} }}" }`));
  expect(await problemsIn({ "flow.yaml": flow })).toMatch(/flow\.yaml:3:5 The flow has 5000 steps/);
});

test("flows in flows are bounded as values in values are", async () => {
  const flows = many(1_000, (i) => `  - { id: f${i}, steps: [{ id: a, type: flow, flow: f${i + 1} }] }\n`).join("");
  const last = "  - { id: f1000, steps: [{ id: a, type: echo, value: 1 }] }\n";
  expect(await problemsIn({ "flow.yaml": `flows:\n${flows}${last}` })).toMatch(/:62:5 Flows call flows deeper than 60/);
});

test("names of half a megabyte are compared with none", async () => {
  const long = "a".repeat(400_000);
  const flow = `types: { ${long}: int }\n${steps(`{ id: a, type: construct, as: ${long}b, fields: {} }`)}`;
  expect(await problemsIn({ "flow.yaml": flow })).toMatch(/is not known/);
});

test.each(["__proto__", "constructor", "toString"])("no step, type or flow is called %s", async (name) => {
  const flow = steps(`{ id: ${name}, type: echo, value: "{{ ${name} }}" }`, `{ id: b, type: ${name} }`);
  const problems = await problemsIn({ "flow.yaml": flow });
  expect(problems).toMatch(/flow\.yaml:4:15 "id" is a name that every object has/);
  expect(problems).toMatch(/flow\.yaml:5:24 /);
  const typed = steps(`{ id: a, type: construct, as: ${name}, fields: {} }`);
  expect(await problemsIn({ "flow.yaml": typed })).toMatch(`The type "${name}" is not known`);
});

test("a folder and a link out of the project are no modules", async () => {
  const references = ["./folder.mjs#a", "./link.mjs#a", "/etc/passwd#a", "node:fs#readFileSync"];
  const root = projectOf({
    "flow.yaml": steps(...references.map((run, i) => `{ id: s${i}, type: code, run: "${run}" }`)),
  });
  mkdirSync(join(root, "folder.mjs"));
  symlinkSync("/etc/hosts", join(root, "link.mjs"));
  const problems = await flowIn(root).then(String, (error: Error) => error.message);
  expect(problems.match(/There is no .* within the project's folder|is no module/g)).toHaveLength(4);
});

test("a thousand names that nobody bears are counted, and the first hundred told with what may stand there", async () => {
  const flow = steps("{ id: a, type: echo }", `{ id: b, type: echo, on: { or: [${many(1_000, (i) => `a${i}`)}] } }`);
  const problems = await problemsIn({ "flow.yaml": flow });
  expect(problems).toMatch(/flow\.yaml:5:\d+ No step, label or signal of this flow is called "a0"; is "a" meant\?/);
  expect(problems).toMatch(/and 900 more$/);
});

test("a name of half a megabyte under `on` is looked for as others are", async () => {
  const flow = steps("{ id: a, type: echo }", `{ id: b, type: echo, on: "${"x".repeat(400_000)} or a" }`);
  const problems = await problemsIn({ "flow.yaml": flow });
  expect(problems).toMatch(/flow\.yaml:5:\d+ No step, label or signal of this flow is called "x+…"/);
  expect(problems.length).toBeLessThan(2_000);
});

test.each(["{{ input.a }}", "$" + "{A}"])("50,000 of %s in one text are too many", async (part) => {
  const flow = steps(`{ id: a, type: template, template: "${part.repeat(50_000)}" }`);
  expect(await problemsIn({ "flow.yaml": flow })).toMatch(/flow\.yaml:4:\d+ The text holds more than 1000 /);
});

test("expressions are counted over all texts of a load", async () => {
  const flow = steps(`{ id: a, type: echo, value: [${many(20, () => `"${"{{ input.a }}".repeat(900)}"`)}] }`);
  expect(await problemsIn({ "flow.yaml": flow })).toMatch(/flow\.yaml:4:\d+ The document holds more than 50000 values/);
});

test("a thousand steps are served", async () => {
  const flow = steps(
    ...many(1_000, (i) => `{ id: s${i}, type: template, template: "{{ ${i ? `s${i - 1}` : "input.x"} }}" }`),
  );
  const run = await new (await flowIn(projectOf({ "flow.yaml": flow })))().kickoff({ x: "hey" } as never);
  expect(run).toMatchObject({ status: "completed", output: "hey" });
});

test.each(["bool", "type", "google", "for", "cel"])("a name that CEL has a meaning for: %s", async (name) => {
  const label = steps(
    `{ id: a, type: router, cases: [{ otherwise: ${name} }] }`,
    `{ id: b, type: echo, on: ${name}, value: "{{ a }}" }`,
  );
  expect(await problemsIn({ "flow.yaml": label })).not.toMatch(/registered|declaration/);
  const step = steps(`{ id: ${name}, type: echo, value: 1 }`, `{ id: b, type: template, template: "{{ ${name}.x }}" }`);
  expect(await problemsIn({ "flow.yaml": step })).not.toMatch(/registered|declaration/);
});
