/** The examples of docs/document-steps.md: what each is given stands in its first line, what it returns in its last. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { validateDocument } from "@millrace/document";
import type { Flow } from "millrace";
import { expect, test } from "vitest";
import { flowIn, projectOf } from "./support/project.js";

const page = readFileSync(new URL("../../../docs/document-steps.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/(<!-- not run[^\n]*\n)?^```(yaml|js)\n([\s\S]*?)^```$/gm)];
const module = blocks.find(([, , language]) => language === "js")![3]!;
const examples = blocks
  .filter(([, , language]) => language === "yaml")
  .map(([, notRun, , text]) => ({ text: text!, runs: !notRun, name: /type: ([\w-]+)/.exec(text!)![1]! }));

const documentOf = (text: string) =>
  /^(tools|flows|connections):/m.test(text)
    ? text
    : `flows:\n  - id: example\n    steps:\n${text.replace(/^/gm, "      ")}`;

test.each(examples.filter(({ runs }) => runs))("$name", async ({ text }) => {
  const root = projectOf({ "steps.mjs": module, "flow.yaml": documentOf(text) });
  mkdirSync(join(root, "data"));
  const flow = new (await flowIn(root))() as Flow<any>;
  let result = await flow.kickoff(JSON.parse(/^# input: (.*)$/m.exec(text)![1]!));
  while (result.status === "waiting") result = await flow.resume(result.id);
  expect(result.output).toEqual(JSON.parse(/^# => (.*)$/m.exec(text)![1]!));
});

test.each(examples.filter(({ runs }) => !runs))("$name can be loaded", async ({ text }) => {
  const root = projectOf({ "flow.yaml": documentOf(text) });
  expect(await validateDocument(join(root, "flow.yaml"), { env: { SHOP_TOKEN: "secret" } })).toEqual([]);
});

test("the page has an example for nearly every type", () => {
  expect(examples.length).toBeGreaterThan(13);
});
