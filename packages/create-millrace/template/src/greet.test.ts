import { fileURLToPath } from "node:url";
import { loadDocument } from "@millrace/document";
import { runFlow } from "@millrace/testing";
import { expect, test } from "vitest";

const document = fileURLToPath(new URL("greet.yaml", import.meta.url));

test.each([
  [8, "Hello, Ada!"],
  [20, "Good evening, Ada!"],
])("at %i o'clock it says %j", async (hour, text) => {
  const { flows } = await loadDocument(document);
  const run = await runFlow(flows.greet!, { inputs: { name: "Ada", hour } });
  expect(run.output).toEqual({ text });
});
