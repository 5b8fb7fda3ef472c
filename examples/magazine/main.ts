/** `tsx main.ts ../../docs [words] [--id may] [--kill-after 3]`: the same id again goes on where it was cut off. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { SqlitePersistence } from "@millrace/sqlite";
import { Magazine } from "./magazine.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { id: { type: "string" }, db: { type: "string" }, "kill-after": { type: "string" } },
});
const [folder = "../docs", words = "40"] = positionals;
const persistence = new SqlitePersistence(values.db);
const magazine = new Magazine({ persistence });

let articles = 0;
// articles are heard here too: `path` says in which call each of them is
magazine.events.on("run.completed", ({ path = [], output }) => {
  const [call] = path;
  if (!call) return;
  console.error(`page ${call.index! + 1}: ${(output as { title: string }).title}`);
  if (++articles === Number(values["kill-after"])) process.kill(process.pid, "SIGKILL");
});

const known = values.id !== undefined && (await magazine.runs.get(values.id));
const result = known
  ? await magazine.resume(values.id!)
  : await magazine.kickoff({ folder: resolve(folder), words: Number(words) }, values.id ? { id: values.id } : {});
if (result.status === "completed") console.log(result.output);
await persistence.close();
