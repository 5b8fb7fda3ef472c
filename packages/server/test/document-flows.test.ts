/** Flows of documents, as they are served: what they answer is told by their steps. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "@millrace/server";
import { expect, onTestFinished, test } from "vitest";

const listed = async (text: string) => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-served-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "flows.yaml"), text);
  const server = await createServer({ documents: [join(folder, "flows.yaml")] });
  onTestFinished(() => server.close());
  return async (path: string): Promise<unknown> => (await server.fetch(new Request(`http://localhost${path}`))).json();
};

test("a message in and a message out: a chat", async () => {
  const get = await listed(`
flows:
  - id: echo
    description: Says what it hears.
    inputs: { message: ChatMessage }
    outputs: { reply: "{{ input.message }}" }
    steps: [{ id: hear, type: template, template: heard }]
`);
  expect(await get("/flows")).toEqual({
    flows: [{ name: "echo", kind: "chat", description: "Says what it hears." }],
  });
});

test("what its last step makes is its output", async () => {
  const get = await listed(`
flows:
  - id: greeting
    inputs: { name: text }
    steps: [{ id: greet, type: template, template: "Hello, {{ input.name }}" }]
`);
  expect(await get("/flows/greeting")).toMatchObject({ kind: "complete", output: { type: "string" } });
});
