import { fileURLToPath } from "node:url";
import { formatProblems, loadDocument } from "@millrace/document";
import { expect, test } from "vitest";
import { outputOf } from "./support/project.js";

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

test("a document's flow runs as a class does", async () => {
  const document = await loadDocument(fixture("review.yaml")).catch((error) => expect.fail(formatProblems(error)));
  const flow = new document.flows.review!();
  const result = await flow.kickoff({ topic: "rivers" });
  expect(result).toMatchObject({ status: "completed", output: { text: expect.stringMatching(/^Done: longer/) } });
});

test("a flow without inputs is run as it is, whatever stands before it", async () => {
  const flow = `
flows:
  - id: outer
    inputs: { text: text }
    steps:
      - { id: first, type: flow, flow: plain }
      - { id: word, type: echo, value: "{{ input.text }}" }
      - { id: again, type: flow, flow: plain }
      - { id: letter, type: explode, items: [a, b] }
      - { id: each, type: flow, flow: plain }
      - { id: all, type: collect, failed: fail }
    outputs: { all: "{{ [first, again] }}", each: "{{ all }}", word: "{{ word }}" }
  - id: plain
    steps: [{ id: one, type: echo, value: 1 }]
`;
  expect(await outputOf({ "flow.yaml": flow }, { text: "x" })).toEqual({ all: [1, 1], each: [1, 1], word: "x" });
  const alone = flow.replace("    inputs: { text: text }\n", "").replace(/ {6}- \{ id: word.*\n/, "");
  const bare = alone.replace(', word: "{{ word }}"', "");
  expect(await outputOf({ "flow.yaml": bare })).toEqual({ all: [1, 1], each: [1, 1] });
  await expect(outputOf({ "flow.yaml": bare }, { text: "x" })).rejects.toThrow(/"text" is unknown/);
});
