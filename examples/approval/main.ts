/**
 * A desk where articles wait for approval. Each command is a process of its own.
 *
 *   tsx main.ts new "mills"                              begins an article
 *   tsx main.ts                                          lists what is open, of all articles
 *   tsx main.ts <question> clumsy "shorter" --by Ada     decides
 *   tsx main.ts late                                     takes silence for what it counts as, where the time is up
 *
 * Articles are in .millrace/millrace.db, or the file given with --file.
 */
import { parseArgs } from "node:util";
import { SqlitePersistence } from "@millrace/sqlite";
import { FlowError, type RunResult } from "millrace";
import { Article } from "./article.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { file: { type: "string" }, by: { type: "string", default: "somebody" } },
});
const [command = "list", first = "", note = ""] = positionals;
const persistence = new SqlitePersistence(values.file);
const desk = new Article({ persistence });

try {
  if (command === "new") tell(await desk.kickoff({ topic: first || "mills" }));
  else if (command === "late") for (const run of await desk.runs.recover()) tellEnd(run);
  else if (command !== "list") {
    const run = await desk.runs.answer(command, { outcome: first, feedback: { by: values.by, note } });
    if (run.status !== "running") tell(run);
  }
  await listOpen();
} catch (error) {
  if (!FlowError.is(error)) throw error;
  console.error(`${error.message}\n${error.hint}`);
  process.exitCode = 1;
} finally {
  await persistence.close();
}

function tell(run: RunResult<Article>): void {
  if (run.status === "completed") console.log(`Published: ${run.outputs.publish}`);
  else console.log(`Waits for approval: ${run.outputs.draft?.text}`);
}

function tellEnd(run: Awaited<ReturnType<typeof desk.runs.recover>>[number]): void {
  if (run.status === "completed" || run.status === "waiting") tell(run);
  else console.log(run.error.message);
}

async function listOpen(): Promise<void> {
  const { questions } = await desk.runs.questions();
  if (questions.length === 0) console.log("Nothing is open.");
  for (const { id, prompt, outcomes, value, until } of questions) {
    const limit = until === undefined ? "" : ` until ${new Date(until).toISOString().slice(0, 16)}`;
    console.log(`\n${id}${limit}\n  ${(value as { text: string }).text}\n  ${prompt} ${outcomes?.join(" or ")}`);
  }
}
