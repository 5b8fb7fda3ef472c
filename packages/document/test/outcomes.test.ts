import { expect, test } from "vitest";
import { flowIn, projectOf } from "./support/project.js";

test("`when` decides by how another step came out", async () => {
  const files = {
    "code.mjs": `export const fail = () => { throw new Error("no"); };`,
    "flow.yaml": `
flows:
  - id: main
    steps:
      - { id: charge, type: code, run: ./code.mjs#fail, with: {} }
      - { id: told, type: construct, after: [], when: outcomeOf(charge).status == "failed", fields: { code: "{{ outcomeOf(charge).error.code }}" } }
      - { id: fine, type: construct, after: [], when: outcomeOf(charge).status == "completed", fields: { n: 1 } }
      - { id: off, type: construct, after: [], when: "false", fields: { n: 1 } }
      - { id: without, type: construct, after: [], when: outcomeOf(off).status == "skipped", fields: { n: 2 } }
`,
  };
  const result = await new (await flowIn(projectOf(files)))().kickoff();
  expect(result.outputs).toEqual({ told: { code: "STEP_FAILED" }, without: { n: 2 } });
});
