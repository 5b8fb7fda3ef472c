/**
 * A chat in the terminal, each line a turn. What was said is kept: begun again, it goes on.
 *
 *   tsx main.ts             as a class
 *   tsx main.ts --yaml      the same as a document
 *   tsx main.ts --chat bob  another chat
 *
 * With OPENAI_API_KEY a model of OpenAI answers (@ai-sdk/openai has to be installed), without one a parrot that knows some words.
 */
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { aiSteps } from "@millrace/ai/document";
import { loadDocument } from "@millrace/document";
import { SqlitePersistence } from "@millrace/sqlite";
import type { Flow } from "millrace";
import { serveParrot } from "./parrot.js";
import { turn } from "./turn.js";

const { values } = parseArgs({
  options: { yaml: { type: "boolean" }, chat: { type: "string", default: "ada" }, file: { type: "string" } },
});
if (!process.env.OPENAI_API_KEY) {
  process.env.SUPPORT_MODEL ??= "demo/parrot";
  serveParrot();
}
const persistence = new SqlitePersistence(values.file ?? ".millrace/millrace.db");
const support = (await door())({ persistence });
const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: "you: " });
const ask = (question: string) => terminal.question(`${question} (yes or no) `).then((said) => /^y/i.test(said));
terminal.prompt();
for await (const line of terminal) {
  if (line.trim() !== "") console.log(`shop: ${await turn(support, { chat: values.chat, text: line, ask })}`);
  terminal.prompt();
}
await persistence.close();

/** Read when the model is known. */
async function door(): Promise<(options: { persistence: SqlitePersistence }) => Flow<object>> {
  if (!values.yaml) {
    const { Support } = await import("./support.js");
    return (options) => new Support(options) as unknown as Flow<object>;
  }
  const { flows } = await loadDocument(new URL("support.yaml", import.meta.url).pathname, { stepTypes: aiSteps });
  return (options) => new flows.support!(options) as unknown as Flow<object>;
}
