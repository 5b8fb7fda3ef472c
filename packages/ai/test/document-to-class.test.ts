/** A document that asks models, and the class that is made of it. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { aiSteps } from "@millrace/ai/document";
import { documentToClass, loadDocument } from "@millrace/document";
import { type ChatMessage, type DefinedFlow, type Flow, MemoryPersistence } from "millrace";
import { expect, test } from "vitest";
import { acme, folderOf } from "./support/ai-document.js";

const yaml = `
types: { Review: { title: text, score: int } }
models: { fast: { provider: acme, model: fast, params: { temperature: 0 }, prices: { input: 1, output: 2 } } }
memories: { talk: { window: { messages: 4 } } }
tools: { weather: { description: Tells., parameters: { city: text }, type: template, template: "sun in {{ params.city }}" } }
flows:
  - id: chat
    inputs: { message: ChatMessage }
    steps:
      - { id: sort, type: intent, model: acme/fast, message: "{{ input.message }}", intents: { ask: Asks., other: All else. } }
      - { id: review, on: ask or other, type: llm, model: fast, prompt: Review., as: Review }
      - { id: answer, type: agent, model: fast, memory: talk, message: "{{ input.message }}", tools: [weather, { flow: write }, { client: where, parameters: { exact: bool }, as: text }], as: ChatMessage }
  - { id: write, inputs: { topic: text }, steps: [{ id: a, type: template, template: "On {{ input.topic }}" }] }
`;

/** The packages of this repository, as a project that has them installed. */
function linkPackages(root: string): void {
  const own = fileURLToPath(new URL("..", import.meta.url));
  const modules = join(root, "node_modules");
  mkdirSync(join(modules, "@millrace"), { recursive: true });
  symlinkSync(own, join(modules, "@millrace", "ai"));
  symlinkSync(join(own, "node_modules", "@millrace", "document"), join(modules, "@millrace", "document"));
  for (const name of ["millrace", "zod"]) symlinkSync(join(own, "node_modules", name), join(modules, name));
}

test("it asks the same, and comes to the same", { timeout: 60_000 }, async () => {
  const root = folderOf({ "flow.yaml": yaml });
  linkPackages(root);
  acme({ fast: [] });
  const file = join(root, "flow.yaml");
  const { flows } = await loadDocument(file, { stepTypes: aiSteps });
  const text = await documentToClass(file, { stepTypes: aiSteps });
  expect(text).toContain('import { agent, intent, llm } from "@millrace/ai/document";');
  expect(text).toContain("static state = z.object({ talk: memory() });");
  expect(text).toContain("message: ChatMessage");
  writeFileSync(join(root, "written.ts"), text);
  const module = (await import(join(root, "written.ts"))) as Record<string, DefinedFlow>;
  const message: ChatMessage = { id: "m", role: "user", parts: [{ type: "text", text: "Hi." }] };
  const told = [];
  for (const Door of [flows.chat!, module.Chat!]) {
    const { fast } = acme({
      fast: [
        JSON.stringify({ result: "ask" }),
        JSON.stringify({ title: "a", score: 1 }),
        {
          calls: [
            { tool: "weather", input: { city: "Rome" } },
            { tool: "write", input: { topic: "sea" } },
          ],
        },
        "Done.",
      ],
    });
    const flow = new Door({ persistence: new MemoryPersistence() }) as Flow<any>;
    const { output, outputs, state, usage } = await flow.kickoff({ message }, { id: "one" });
    const asked = fast!.doStreamCalls.map(({ prompt, temperature, tools }) => ({ prompt, temperature, tools }));
    told.push(JSON.parse(JSON.stringify({ output, outputs, state, usage, asked })));
  }
  expect(told[0]).toMatchObject({ output: { parts: [{ text: "Done." }] }, outputs: { review: { score: 1 } } });
  expect(told[1]).toEqual(told[0]);
});
