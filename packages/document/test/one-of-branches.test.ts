/** What a flow returns of two branches: that of the one that was taken, and of a type if both have the same. */
import { join } from "node:path";
import { loadDocument } from "@millrace/document";
import { expect, test } from "vitest";
import { converted, story } from "./support/converted.js";
import { projectOf } from "./support/project.js";

const yaml = `
types: { Note: { text: text } }
flows:
  - id: one
    inputs: { n: int }
    steps:
      - { id: which, type: router, cases: [{ when: input.n > 0, label: up }, { when: input.n < 0, label: down }, { otherwise: none }] }
      - { id: high, on: up, type: construct, as: Note, fields: { text: high } }
      - { id: low, on: down, type: construct, as: Note, fields: { text: low } }
    outputs: { note: "{{ orElse(high, low) }}", text: "{{ orElse(high.text, low.text) }}" }
`;

test("of the branch that was taken, in documents and in the class that is made of one", {
  timeout: 60_000,
}, async () => {
  const { flows } = await converted({ "flow.yaml": yaml });
  const [one] = flows;
  for (const [n, expected] of [
    [1, { note: { text: "high" }, text: "high" }],
    [-1, { note: { text: "low" }, text: "low" }],
    [0, {}],
  ] as const) {
    const document = await story(one!.document, { n });
    expect((document.end as { output: unknown }).output).toEqual(expected);
    expect((await story(one!.written, { n })).end).toEqual(document.end);
  }
});

test("its type is that of both", async () => {
  const { list } = await loadDocument(join(projectOf({ "flow.yaml": yaml }), "flow.yaml"));
  const { shape } = list[0]!.output as unknown as { shape: Record<string, { def: { innerType: unknown } }> };
  expect((shape.note!.def.innerType as { shape: object }).shape).toHaveProperty("text");
  expect((shape.text!.def.innerType as { type: string }).type).toBe("string");
});
