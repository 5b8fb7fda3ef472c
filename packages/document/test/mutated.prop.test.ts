/** A document in which anything is anything else: whatever is done to it, problems are told at their places, or it is loaded. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadDocument } from "@millrace/document";
import fc from "fast-check";
import { FlowError } from "millrace";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { projectOf } from "./support/project.js";

const good = {
  name: "all",
  description: "every kind of step",
  types: { Article: { title: "text", tags: "list[text]", score: "number?" }, Level: '"low" | "high"' },
  connections: {
    shop: { type: "http", baseUrl: "https://shop.example/api/", auth: { bearer: `\${TOKEN:-x}` } },
    db: { type: "sqlite", file: "shop.db" },
  },
  tools: { greet: { parameters: { name: "text" }, type: "template", template: "Hi {{ params.name }}" } },
  steps: { shared: { type: "template", template: "{{ input.topic }}" } },
  flows: [
    {
      id: "review",
      inputs: { topic: "text", level: { type: "Level", default: "low" }, list: "list[Article]?" },
      state: { rounds: { type: "int", default: 0 } },
      signals: { legal: { ok: "bool" } },
      steps: [
        { id: "begin", type: "echo", value: { a: ["{{ input.topic }}", 1, null, true] } },
        {
          id: "write",
          type: "template",
          on: { or: ["begin", "rework"] },
          template: "{{ input.topic }} {{ state.rounds }}",
        },
        {
          id: "check",
          type: "router",
          on: "write",
          cases: [
            { when: "size(write) > 80", label: "good" },
            { otherwise: "rework", payload: { notes: ["{{ write }}"] } },
          ],
        },
        {
          id: "run",
          type: "code",
          on: "good",
          run: "./steps.mjs#one",
          with: { a: "{{ write }}" },
          retry: { attempts: 2, delay: 5 },
        },
        { id: "read", type: "extract", from: "{{ begin }}", path: "$.a[0]", default: "x" },
        { id: "json", type: "decode", text: "{{ write }}", as: "Article", repair: true },
        {
          id: "sum",
          type: "aggregate",
          items: "{{ input.list }}",
          by: "title",
          make: { n: "count", s: { sum: "score" } },
        },
        {
          id: "made",
          type: "construct",
          as: "Article",
          fields: { title: "{{ write }}", tags: [] },
          cache: { ttl: "1h" },
        },
        { id: "get", type: "http", connection: "shop", url: "users/{{ input.topic }}", query: { a: 1 }, timeout: "5s" },
        { id: "rows", type: "sql", connection: "db", sql: "select :a as a", params: { a: "{{ write }}" } },
        { id: "file", type: "file-read", path: "a.txt", when: 'input.level == "low"' },
        { id: "each", type: "explode", items: "{{ input.list }}" },
        { id: "line", type: "template", template: "{{ each }}", workers: 2 },
        { id: "all", type: "collect", failed: "drop" },
        {
          id: "sub",
          type: "flow",
          flow: "small",
          with: { topic: "{{ write }}" },
          repeat: { while: "round < 2", max: 3 },
        },
        { id: "wait", type: "sleep", for: "1s", after: ["sub"] },
        { id: "tool", type: "tool", tool: "greet", with: { name: "{{ write }}" } },
        {
          id: "ok",
          type: "approval",
          value: "{{ write }}",
          message: "ok?",
          outcomes: ["yes", "no"],
          within: "1h",
          otherwise: "no",
        },
        { id: "done", type: "echo", on: "yes or no or settled(ok)" },
      ],
      outputs: { text: "{{ write }}", n: "{{ orElse(sum[0].n, 0) }}" },
    },
    { id: "small", inputs: { topic: "text" }, steps: ["shared"] },
  ],
};

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((here, key) => (here as Record<string, unknown> | undefined)?.[key], value);

/** Another value at a place; `undefined`: nothing. A key that is `__proto__` is one like others. */
function put(value: unknown, [key, ...rest]: Path, made: unknown): unknown {
  if (key === undefined) return made;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    const put_ = name === String(key) ? put(inner, rest, made) : inner;
    return put_ === undefined ? [] : [[name, put_] as const];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

const paths = pathsOf(good);
const place = fc.constantFrom(...paths.slice(1));
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    "",
    " ",
    "a",
    "{{",
    "}}",
    "{{ }}",
    "{{ a b }}",
    "{{ write.constructor }}",
    "${",
    `\${X}`,
    `$\${X}`,
    "\u0000",
    "\ud800",
    "__proto__",
    "constructor",
    "toString",
    "input",
    "state",
    "list[",
    "list[text]",
    "a and",
    "(a",
    "failed()",
    "$..",
    "$[?",
    "./steps.mjs#",
    "../x.mjs#one",
    "./steps.mjs#one",
    "select",
    "drop table a",
    "9".repeat(400),
    "x".repeat(5_000),
    "((((",
    "review",
    "write",
    "now",
    "5s",
    "-1s",
    "1e99h",
    [],
    {},
    [[]],
    [null],
    { a: {} },
    { type: "text" },
    { type: {} },
    { or: [] },
    { atLeast: [9, "write"] },
    { atLeast: [0] },
    { and: ["write", "write"] },
    { keep: { or: ["a"] } },
    { id: "x", type: "echo" },
    JSON.parse('{"__proto__": {"a": 1}}'),
  ),
  place.map((path) => at(good, path)),
);

type Change = { readonly path: Path } & (
  | { readonly kind: "delete" | "double" }
  | { readonly kind: "set"; readonly made: unknown }
  | { readonly kind: "rename"; readonly name: string }
);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ path: place, kind: fc.constantFrom("delete" as const, "double" as const) }),
  fc.record({ path: place, kind: fc.constant("set" as const), made: odd }),
  fc.record({ path: place, kind: fc.constant("set" as const), made: odd }),
  fc.record({
    path: place,
    kind: fc.constant("rename" as const),
    name: fc.constantFrom("x", "__proto__", "constructor", "type", "id", "on", "", "a b", "<<"),
  }),
);

function changed(document: unknown, { path, ...what }: Change): unknown {
  if (what.kind === "delete") return put(document, path, undefined);
  if (what.kind === "set") return put(document, path, what.made);
  const parent = path.slice(0, -1);
  const within = at(document, parent);
  const key = path.at(-1)!;
  if (typeof within !== "object" || within === null) return document;
  if (Array.isArray(within)) return put(document, parent, [...within, within[Number(key)]]);
  const { [key as never]: value, ...others } = within as Record<string, unknown>;
  const name = what.kind === "rename" ? what.name : `${String(key)}2`;
  const made = { ...others, ...(what.kind === "double" && { [key]: value }) };
  return put(
    document,
    parent,
    Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true }),
  );
}

const root = projectOf({ "flow.yaml": "", "steps.mjs": "export const one = () => 1;\nexport const two = 2;\n" });
const file = join(root, "flow.yaml");

/** What is told of it; nothing else may come of it. */
async function told(text: string): Promise<number> {
  writeFileSync(file, text);
  try {
    await loadDocument(file, { env: {} });
    return 0;
  } catch (error) {
    if (!FlowError.is(error, "DOCUMENT_INVALID")) throw error;
    for (const { file, line, column, message, hint, code } of error.details.problems) {
      expect(file).toMatch(/flow\.yaml$/);
      expect([line > 0, column > 0]).toEqual([true, true]);
      expect(code).toMatch(/^(DOCUMENT|FLOW|PLAN|DEFINITION|STATE)_/);
      expect(message.length).toBeGreaterThan(5);
      expect(hint.length).toBeGreaterThan(5);
      expect(`${message}${hint}`).not.toMatch(
        /\bat .*\.[jt]s:\d|\bundefined\b|\[object |Cannot read|is not a function|NaN/,
      );
    }
    return error.details.problems.length;
  }
}

test("as it stands it is right", async () => {
  expect(await told(stringify(good))).toBe(0);
});

test.each(["", "{ auth: }", "{ auth: { basic: } }"])("a connection that says nothing: %s", async (shop) => {
  await told(
    `connections:\n  shop: ${shop}\nflows:\n  - id: a\n    steps:\n      - { id: x, type: code, run: ./steps.mjs#one }\n`,
  );
});

test("whatever is deleted, doubled, renamed or put in place of something else", { timeout: 300_000 }, async () => {
  const runs = Number(process.env.MILLRACE_FUZZ ?? 100);
  const kinds = fc.array(change, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(kinds, fc.boolean(), async (changes, asJson) => {
      const document = changes.reduce(changed, good as unknown);
      await told(asJson ? JSON.stringify(document) : stringify(document));
      expect(({} as { a?: unknown }).a).toBeUndefined();
    }),
    { numRuns: runs },
  );
});
