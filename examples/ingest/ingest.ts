/**
 * A flow that is built step by step, of plain functions that know nothing of it: reads a file, splits it into chapters, loads each of
 * them into a shelf, and says so. `tsx ingest.ts ../README.md` prints what was loaded; the same `--id` again goes on where it was cut off.
 */
import { appendFile, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { SqlitePersistence } from "@millrace/sqlite";
import { flow, template } from "millrace";
import { z } from "zod";

interface Chapter {
  readonly title: string;
  readonly words: number;
}

async function parse({ path }: { path: string }) {
  const parts = (await readFile(path, "utf8")).split(/^#+ /m).filter((part) => part.trim() !== "");
  const chapters = parts.map((part): Chapter => {
    const [title = "", ...lines] = part.split("\n");
    return { title: title.trim(), words: lines.join(" ").split(/\s+/).filter(Boolean).length };
  });
  return { name: basename(path), chapters };
}

async function load(given: { name: string; chapter: Chapter; shelf: string }) {
  const { name, chapter, shelf } = given;
  await appendFile(shelf, `${JSON.stringify({ name, ...chapter })}\n`);
  return chapter.words;
}

const notify = ({ text }: { text: string }) => text;

export const ingest = flow("ingest")
  .input(z.object({ path: z.string(), shelf: z.string() }))
  .step("parse", parse) // without parameters: it takes the flow's inputs
  .step(
    "list",
    (chapters: readonly Chapter[]) => chapters,
    ({ parse }) => parse.chapters,
  )
  .step("load", load, ({ item, parse, input }) => ({ name: parse.name, chapter: item, shelf: input.shelf }), {
    forEach: { over: "list", concurrency: 1 },
  })
  .step(
    "count",
    (words: readonly number[]) => words.reduce((sum, n) => sum + n, 0),
    ({ load }) => load,
  )
  .step("notify", notify, ({ parse, count }) => ({ text: template`${parse.name}: ${count} words` }))
  .link("count", "notify", { when: ({ count }) => count > 0 })
  .output(({ notify, parse }) => ({ said: notify, chapters: parse.chapters.length }));

// as a program, not where a test takes the flow
if (process.argv[1] === import.meta.filename) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      id: { type: "string" },
      db: { type: "string" },
      shelf: { type: "string", default: "shelf.jsonl" },
      "kill-after": { type: "string" },
    },
  });
  const { id, shelf } = values;
  const persistence = new SqlitePersistence(values.db);
  const built = ingest.compile({ persistence });
  let loaded = 0;
  built.events.on("step.completed", ({ step, output }) => {
    if (step !== "load") return;
    console.error(`loaded ${String(output)} words`);
    if (++loaded === Number(values["kill-after"])) process.kill(process.pid, "SIGKILL");
  });
  const known = id !== undefined && (await built.runs.get(id));
  const result = known
    ? await built.resume(id)
    : await built.complete({ path: positionals[0] ?? "../README.md", shelf }, id === undefined ? {} : { id });
  if (result.status === "completed") console.log(result.output);
  await persistence.close();
}
