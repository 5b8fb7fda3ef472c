/** Documents that mean harm, and documents gone wrong in any way: refused in no time, by the one error there is. */
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { validateDocument } from "@millrace/document";
import fc from "fast-check";
import { expect, test } from "vitest";
import { projectOf } from "./support/project.js";

const good = `types: { Article: { title: text, tags: "list[text]" } }
flows:
  - id: review
    inputs: { topic: text, article: Article? }
    state: { rounds: { type: int, default: 0 } }
    signals: { legal: { ok: bool } }
    steps:
      - { id: begin, type: echo }
      - id: write
        type: template
        on: { or: [begin, legal, rework] }
        template: "{{ input.topic }} {{ state.rounds + 1 }}"
      - id: check
        type: router
        on: write
        cases:
          - { when: size(write) > 80, label: good }
          - { otherwise: rework, payload: { notes: ["{{ write }}"] } }
      - { id: publish, type: echo, on: "write and good", value: { text: "{{ write }}" } }
    outputs: { text: "{{ publish.text }}" }
`;
const check = async (yaml: string) =>
  validateDocument(join(projectOf({ "flow.yaml": yaml }), "flow.yaml"), { env: {} });

test("the good one is good", async () => {
  expect(await check(good)).toEqual([]);
});

const step = (value: string) => `flows: [{ id: a, steps: [{ id: x, type: echo, value: ${JSON.stringify(value)} }] }]`;
const bomb = [
  "a0: &a0 [x, x, x, x, x, x, x, x, x]",
  ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(", ")}]`),
].join("\n");
test.each<[string, string]>([
  ["aliases of aliases", bomb],
  ["lists in lists", "[".repeat(100_000)],
  ["mappings in mappings", `${"{a: ".repeat(20_000)}1`],
  ["mappings by indentation", Array.from({ length: 900 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")],
  ["two megabytes", `a: ${"x".repeat(2_000_000)}`],
  ["a hundred thousand keys", Array.from({ length: 60_000 }, (_, i) => `k${i}: 1`).join("\n")],
  ["loops in loops", step("{{ input.a.map(x, input.a.map(y, input.a.map(z, x + y + z))) }}")],
  ["a long expression", step(`{{ ${"1 + ".repeat(1000)}1 }}`)],
  ["a deep expression", step(`{{ ${"(".repeat(900)}1${")".repeat(900)} }}`)],
  [
    "a pattern that would run away, in a bad expression",
    step('{{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("(a+)+$") && }}'),
  ],
  ["what reaches for the process", step("{{ process.env.HOME }}")],
  ["what reaches for constructors", step('{{ "".constructor.constructor("return process")() }}')],
  [
    "a type in itself",
    "types: { A: A, B: { c: B } }\nflows: [{ id: a, inputs: { x: A, y: B }, steps: [{ id: x, type: ech }] }]",
  ],
  [
    "a type nested without end",
    `types: { A: "${"list[".repeat(90)}text${"]".repeat(90)}" }\nflows: [{ id: a, steps: [{ id: x, type: echo }] }]`,
  ],
  [
    "prototype keys",
    "__proto__: { a: 1 }\nconstructor: 2\nflows: [{ __proto__: 1, id: a, steps: [{ id: x, type: __proto__ }] }]",
  ],
  [
    "a step named by a prototype",
    "flows: [{ id: a, steps: [{ id: __proto__, type: constructor }, { id: x, type: toString }] }]",
  ],
])("refused: %s", { timeout: 60_000 }, async (_, yaml) => {
  const problems = await check(yaml);
  expect(problems.length).toBeGreaterThan(0);
  for (const { message } of problems) expect(message).not.toMatch(/at .*\.(ts|js):\d/);
  expect(({} as { a?: unknown }).a).toBeUndefined();
});

test("a link that leads out of the project's folder is no way out", async () => {
  const outside = projectOf({ "secret.yaml": "types: { A: text }\n" });
  const root = projectOf({ "flow.yaml": `include: [./link.yaml]\n${good}` });
  symlinkSync(join(outside, "secret.yaml"), join(root, "link.yaml"));
  expect(await validateDocument(join(root, "flow.yaml"))).toMatchObject([
    { code: "DOCUMENT_INCLUDE_INVALID", line: 1, column: 11 },
  ]);
});

const lines = good.split("\n");
const mutation = fc.oneof(
  fc
    .record({
      at: fc.nat(good.length),
      cut: fc.nat(12),
      add: fc.constantFrom(
        "",
        ":",
        "- ",
        "{",
        "}",
        "[",
        '"',
        "\t",
        "\n",
        "&a ",
        "*a",
        "{{",
        "}}",
        "null",
        "!x ",
        "%",
        "  ",
      ),
    })
    .map(({ at, cut, add }) => good.slice(0, at) + add + good.slice(at + cut)),
  fc
    .record({ a: fc.nat(lines.length - 1), b: fc.nat(lines.length - 1) })
    .map(({ a, b }) => lines.map((line, i) => (i === a ? lines[b] : line)).join("\n")),
  fc
    .record({ a: fc.nat(lines.length - 1), by: fc.integer({ min: 0, max: 9 }) })
    .map(({ a, by }) => lines.map((line, i) => (i === a ? " ".repeat(by) + line.trim() : line)).join("\n")),
);
test("whatever is done to it, there are problems or there are none, and nothing else", {
  timeout: 120_000,
}, async () => {
  const root = projectOf({ "flow.yaml": "" });
  const file = join(root, "flow.yaml");
  await fc.assert(
    fc.asyncProperty(mutation, async (yaml) => {
      writeFileSync(file, yaml);
      for (const { line, column, message, hint } of await validateDocument(file, { env: {} })) {
        expect(line).toBeGreaterThan(0);
        expect(column).toBeGreaterThan(0);
        expect(message.length * hint.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 300 },
  );
});
