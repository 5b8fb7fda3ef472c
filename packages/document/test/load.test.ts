import { fileURLToPath } from "node:url";
import { formatProblems, loadDocument } from "@millrace/document";
import { expect, test } from "vitest";

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

test("a document's flow runs as a class does", async () => {
  const document = await loadDocument(fixture("review.yaml")).catch((error) => expect.fail(formatProblems(error)));
  const flow = new document.flows.review!();
  const result = await flow.kickoff({ topic: "rivers" });
  expect(result).toMatchObject({ status: "completed", output: { text: expect.stringMatching(/^Done: longer/) } });
});
