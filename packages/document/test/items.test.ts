import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flowIn, outputIn, outputOf, problemsIn, projectOf } from "./support/project.js";

const code = `
let calls = 0;
export const count = () => ++calls;
export const shout = ({ text }) => { if (text === "bad") throw new Error("no"); return text.toUpperCase(); };
export const lengths = ({ texts }) => texts.map((text) => text.length);
`;
const flow = (steps: string) => ({
  "code.mjs": code,
  "flow.yaml": `
flows:
  - id: items
    inputs: { topics: "list[text]", prefix: text? }
    steps:
${steps.replace(/^/gm, "      ")}
`,
});
const stream = `
- { id: topic, type: explode, items: "{{ input.topics }}" }
- { id: loud, type: code, run: ./code.mjs#shout, with: { text: "{{ topic }}" }, workers: 2 }
- { id: line, type: template, template: "{{ input.prefix }}{{ topic }}: {{ loud }}" }
- { id: all, type: collect }
`;

test("steps between explode and collect are called per item; failed ones pass by and are reported", async () => {
  expect(await outputOf(flow(stream), { topics: ["a", "bad", "c"], prefix: "> " })).toEqual({
    items: ["> a: A", "> c: C"],
    errors: [{ index: 1, step: "loud", code: "STEP_FAILED", message: 'Step "loud" failed: no' }],
  });
  expect(await outputOf(flow(stream), { topics: [] })).toEqual({ items: [], errors: [] });
});

test("an item goes on as soon as it is done, while others are on their way there", async () => {
  const overlapped = `
let open;
const opened = new Promise((done) => { open = done; });
const seen = [];
export const first = async ({ text }) => {
  if (text === "b") await opened;
  seen.push("first " + text);
  return text;
};
export const last = ({ text }) => {
  seen.push("last " + text);
  if (seen.filter((what) => what.startsWith("last")).length === 2) open();
  return text;
};
export const told = () => seen;
`;
  const steps = `
- { id: topic, type: explode, items: "{{ input.topics }}" }
- { id: one, type: code, run: ./code.mjs#first, with: { text: "{{ topic }}" } }
- { id: two, type: template, template: "{{ one }}!" }
- { id: three, type: code, run: ./code.mjs#last, with: { text: "{{ topic }}{{ two }}" } }
- { id: all, type: collect, failed: drop }
- { id: seen, type: code, run: ./code.mjs#told, with: { all: "{{ all }}" } }
`;
  const project = { ...flow(steps), "code.mjs": overlapped };
  const seen = (await outputOf(project, { topics: ["a", "b", "c"] })) as string[];
  expect(seen.slice(0, 4).sort()).toEqual(["first a", "first c", "last aa!", "last cc!"]);
  expect(seen.slice(4)).toEqual(["first b", "last bb!"]);
});

test("the plan has the steps of the document", async () => {
  const plan = (await flowIn(projectOf(flow(stream)))).plan();
  expect(plan.steps.map(({ name }) => name)).toEqual(["topic", "loud", "line", "all"]);
  expect(plan.steps[2]!.entries[0]!.alternatives[0]!.node).toMatchObject({ trigger: { kind: "elements", step: 1 } });
});

test("batches, conditions per item, and what is collected", async () => {
  const steps = `
- { id: topic, type: explode, items: "{{ input.topics }}" }
- { id: loud, type: code, run: ./code.mjs#shout, with: { text: "{{ topic }}" }, when: topic != "b" }
- { id: long, type: code, run: ./code.mjs#lengths, with: { texts: "{{ loud }}" }, batch: 2 }
- { id: all, type: collect, value: { topic: "{{ topic }}", size: "{{ long }}" }, failed: drop }
- { id: sum, type: aggregate, items: "{{ all }}", make: { n: count, sum: { sum: size } } }
`;
  expect(await outputOf(flow(steps), { topics: ["aa", "b", "cccc", "d"] })).toEqual({ n: 3, sum: 7 });
});

test("of an item may be read what was exploded, in conditions too", async () => {
  const steps = `
- { id: one, type: explode, items: "{{ input.topics }}" }
- { id: loud, type: code, run: ./code.mjs#shout, with: { text: "{{ one }}" } }
- { id: last, type: template, template: "{{ one }} {{ loud }}", when: one != "b" && loud != "D" }
- { id: all, type: collect, value: "{{ last }} {{ one }}", failed: drop }
`;
  const plan = (await flowIn(projectOf(flow(steps)))).plan();
  expect(plan.steps.map(({ name }) => name)).toEqual(["one", "loud", "last", "all"]);
  expect(await outputOf(flow(steps), { topics: ["a", "b", "c", "d"] })).toEqual(["a A a", "c C c"]);
});

test("what makes no sense is told where it stands", async () => {
  const steps = `
- { id: topic, type: explode, items: "{{ input.topics }}" }
- { id: loud, type: code, run: ./code.mjs#shout, on: topic }
- { id: which, type: router, cases: [{ otherwise: good }] }
- { id: all, type: collect }
- { id: late, type: echo, value: "{{ loud }}", workers: 3 }
- { id: other, type: explode, items: "{{ all.items }}" }
`;
  const problems = await problemsIn(flow(steps));
  expect(problems).toMatch(/:8:\d+ .*"loud" is called per item, and says what it waits for/);
  expect(problems).toMatch(/:9:\d+ .*"which" is called per item, and would decide by labels/);
  expect(problems).toMatch(/:11:\d+ .*`workers` is for steps that are called per item/);
  expect(problems).toMatch(/:11:\d+ .*"late" reads "loud", of which there is one per item/);
  expect(problems).toMatch(/:12:\d+ .*What "other" explodes is not collected/);
});

test("a cached step is answered from what it has made before", async () => {
  const cached = (cache: string) =>
    flow(`- { id: n, type: code, run: ./code.mjs#count, with: { topics: "{{ input.topics }}" }${cache} }`);
  const root = projectOf(cached(", cache: 1h"));
  const first = await outputIn(root, { topics: ["a"] });
  expect(await outputIn(root, { topics: ["a"] })).toBe(first);
  expect(await outputIn(root, { topics: ["b"] })).not.toBe(first);
  expect(await problemsIn(flow(`- { id: n, type: sleep, for: 1, cache: 1h }`))).toMatch(
    /can't be answered from a cache/,
  );
  expect(await problemsIn(cached(", cache: soon"))).toMatch(/is no duration/);
});

test("a cached result has no secrets", async () => {
  const root = projectOf({
    "code.mjs": "export const leak = () => 'the token is s3cr3t-token';",
    "flow.yaml": `
connections:
  api: { type: http, baseUrl: "https://a.example", auth: { bearer: "\${TOKEN}" } }
flows:
  - id: leak
    steps: [{ id: leak, type: code, run: ./code.mjs#leak, cache: 1h }]
`,
  });
  const env = { TOKEN: "s3cr3t-token" };
  expect(await outputIn(root, {}, { env })).not.toContain("s3cr3t");
  const { readdirSync } = await import("node:fs");
  const kept = readdirSync(join(root, ".millrace", "cache"));
  expect(kept).toHaveLength(1);
  expect(readFileSync(join(root, ".millrace", "cache", kept[0]!), "utf8")).not.toContain("s3cr3t");
});
