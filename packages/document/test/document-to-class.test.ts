import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentToClass } from "@millrace/document";
import type { DefinedFlow, Flow } from "millrace";
import { expect, test } from "vitest";
import { flowIn, projectOf } from "./support/project.js";

const code = `
export const research = ({ topic }, { call }) => ({ facts: [topic, call.step] });
export const join = (a, b) => a + b;
export const improve = (from) => ({ text: (from.text ?? from.facts.join(" ")) + "!", notes: ["longer"] });
`;
const review = `
flows:
  - id: review-topic
    version: "2"
    inputs: { topic: text, limit: { type: int, default: 12 }, tags: "list[text]?" }
    state: { rounds: { type: int, default: 0 }, note: text? }
    steps:
      - { id: facts, type: code, run: ./code.mjs#research, with: { topic: "{{ input.topic }}" }, retry: { attempts: 2, delay: 1 } }
      - { id: text, type: code, run: ./code.mjs#improve, on: facts or again, timeout: 1s }
      - id: check
        type: router
        on: text
        cases:
          - { when: "size(text.text) > input.limit && text.text != 'x'", label: good }
          - { otherwise: again, payload: { text: "{{ text.text }}" } }
      - { id: named, type: code, run: ./code.mjs#join, on: good and text, args: [a, b], with: { a: "{{ text.text }}", b: "{{ input.topic }}" } }
      - { id: skipped, type: template, template: "never", when: "input.limit < 0" }
      - { id: told, type: template, after: named, template: "It's \`$x {y}\`: {{ named }} {{ orElse(input.tags[0], '-') }}{{ facts }}" }
      - { id: sub, type: flow, flow: inner, with: { n: "{{ input.limit + 1 }}" } }
      - { id: both, type: construct, fields: { told: "{{ told }}", sub: "{{ sub }}", on: true } }
    outputs: { text: "{{ both.told }}", n: "{{ both.sub }}", never: "{{ skipped }}" }
  - id: inner
    inputs: { n: int }
    steps: [{ id: twice, type: echo, value: "{{ input.n * 2 }}" }]
`;

test("the class has the same plan and hash, and the same result", { timeout: 60_000 }, async () => {
  const root = projectOf({ "code.mjs": code, "flow.yaml": review });
  const source = await documentToClass(join(root, "flow.yaml"));
  symlinkSync(new URL("../node_modules", import.meta.url), join(root, "node_modules"));
  writeFileSync(join(root, "review.ts"), source);
  const module = (await import(join(root, "review.ts"))) as Record<string, DefinedFlow>;
  const fromDocument = await flowIn(root);
  const fromClass = module.ReviewTopic!;
  expect(fromClass.plan()).toEqual(fromDocument.plan());
  const results = [];
  for (const flow of [fromDocument, fromClass]) {
    const { output, outputs, state } = await (new flow() as Flow<any>).kickoff({ topic: "river" });
    results.push({ output, outputs, state });
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[0]!.output).toMatchObject({
    text: 'It\'s `$x {y}`: river facts!!river -{"facts":["river","facts"]}',
    n: 26,
  });
});

test.each([
  ["a type that has no counterpart", "{ id: a, type: extract, from: 1, path: $.a }", /step "a" is of type extract/],
  ["an expression that has none", "{ id: a, type: echo, value: '{{ [1, 2].map(x, x + 1) }}' }", /\[1, 2\]\.map/],
  ["items", "{ id: a, type: explode, items: [] }, { id: b, type: collect }", /"a" is of a stream of items/],
])("%s is told", async (_what, steps, message) => {
  const root = projectOf({ "flow.yaml": `flows: [{ id: f, steps: [${steps}] }]` });
  await expect(documentToClass(join(root, "flow.yaml"))).rejects.toMatchObject({
    code: "CONVERT_FAILED",
    message: expect.stringMatching(message),
  });
});
