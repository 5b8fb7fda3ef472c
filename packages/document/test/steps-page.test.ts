/** The examples of docs/document-steps.md. */
import { join } from "node:path";
import { validateDocument } from "@millrace/document";
import { expect, test } from "vitest";
import { documentOf, examplesOf, runExample } from "./support/page-examples.js";
import { projectOf } from "./support/project.js";

const page = examplesOf("document-steps.md");
const runs = page.examples.filter(({ input }) => input !== undefined);

test.each(runs)("$name", async (example) => {
  await runExample(example, page);
});

test.each(page.examples.filter((example) => !runs.includes(example)))("$name can be loaded", async (example) => {
  const root = projectOf({ "flow.yaml": documentOf(example) });
  expect(await validateDocument(join(root, "flow.yaml"), { env: { SHOP_TOKEN: "secret" } })).toEqual([]);
});

test("the page has an example for nearly every type", () => {
  expect(page.examples.length).toBeGreaterThan(13);
});
