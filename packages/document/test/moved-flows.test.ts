/** Flows that were written for QType, as docs/coming-from-qtype.md moves them over. */
import { expect, test } from "vitest";
import { examplesOf, runExample } from "./support/page-examples.js";
import { problemsIn } from "./support/project.js";

const page = examplesOf("coming-from-qtype.md");

test.each(page.examples.filter(({ input }) => input !== undefined))("$name", async (example) => {
  await runExample(example, page);
});

test("a flow without steps is told so, and nothing else", async () => {
  const problems = await problemsIn({ "flow.yaml": "flows: [{ id: empty, steps: [] }]" });
  expect(problems).toContain('The flow "empty" has no steps.');
  expect(problems).not.toContain("@start()");
});
