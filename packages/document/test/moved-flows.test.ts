/** Flows that were written for QType, as docs/coming-from-qtype.md moves them over. */
import { expect, test } from "vitest";
import { examplesOf, runExample } from "./support/page-examples.js";
import { outputOf, problemsIn } from "./support/project.js";

const page = examplesOf("coming-from-qtype.md");

test.each(page.examples.filter(({ input }) => input !== undefined))("$name", async (example) => {
  await runExample(example, page);
});

test("a flow without steps is told so, and nothing else", async () => {
  const problems = await problemsIn({ "flow.yaml": "flows: [{ id: empty, steps: [] }]" });
  expect(problems).toContain('The flow "empty" has no steps.');
  expect(problems).not.toContain("@start()");
});

test("`when` is told how a step came out, whatever it has returned", async () => {
  const flow = `
flows:
  - id: after
    inputs: { go: bool }
    steps:
      - { id: boom, type: code, run: "./steps.mjs#boom", after: [] }
      - { id: silent, type: code, run: "./steps.mjs#silent", after: [], when: input.go }
      - { id: mend, type: echo, after: [], when: outcomeOf(boom).status == 'failed', value: mended }
      - { id: went, type: echo, after: [], when: outcomeOf(silent).status == 'completed', value: went }
      - { id: stayed, type: echo, after: [], when: outcomeOf(silent).status == 'skipped', value: stayed }
    outputs: { all: ["{{ orElse(mend, '') }}", "{{ orElse(went, '') }}", "{{ orElse(stayed, '') }}"] }
`;
  const steps = "export const boom = () => { throw new Error('no'); };\nexport const silent = () => {};\n";
  const files = { "flow.yaml": flow, "steps.mjs": steps };
  expect(await outputOf(files, { go: true })).toEqual({ all: ["mended", "went", ""] });
  expect(await outputOf(files, { go: false })).toEqual({ all: ["mended", "", "stayed"] });
});
