/** `demo`: runs the flow, or goes on with a run, and says what happens and what to type next. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { SqlitePersistence } from "@millrace/sqlite";
import { FlowError } from "millrace";
import { type Arguments, defaultDatabase, readArguments, usage } from "./arguments.js";
import { progressLine } from "./progress.js";
import { ReleaseNotes } from "./release-notes.js";

const command = "npx --yes pnpm@12.21.0 demo";
process.stdout.on("error", () => {
  // a reader that leaves (`demo | head`) is no reason to stop
});

try {
  const given = readArguments(process.argv.slice(2));
  if (given.help) console.log(usage);
  else {
    checkArguments(given);
    await main(given);
  }
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}

function checkArguments({ repository, crashAfter }: Arguments): void {
  if (!existsSync(repository)) throw new TypeError(`There is no folder ${repository}.`);
  const steps = ReleaseNotes.plan().steps.map(({ name }) => name);
  if (crashAfter !== undefined && !steps.includes(crashAfter)) {
    throw new TypeError(`The flow has no step "${crashAfter}"; its steps are: ${steps.join(", ")}.`);
  }
}

async function main({ repository, named, since, limit, out, database, crashAfter, resume }: Arguments): Promise<void> {
  const next = (id: string) => `${command} --resume ${id}${database === defaultDatabase ? "" : ` --db ${database}`}`;
  mkdirSync(dirname(database), { recursive: true });
  const persistence = new SqlitePersistence(database);
  const flow = new ReleaseNotes({ persistence });
  let started = "";
  flow.events.on("*", (event) => {
    started = event.runId;
    const line = progressLine(event);
    if (line !== undefined) console.log(line);
    // events of what the journal keeps come when it is durable: nothing of this step is lost
    if (event.type !== "step.completed" || event.step !== crashAfter) return;
    console.log(`\nKilled after "${crashAfter}". Go on where it stood:\n  ${next(event.runId)}`);
    process.kill(process.pid, "SIGKILL");
  });
  try {
    const result = resume
      ? await flow.resume(resume)
      : await flow.kickoff({ repository, out, since, limit, wholeHistory: !named });
    if (result.status !== "completed") throw new Error(`The run waits for ${result.waitingFor.length} signals.`);
    if (!started) console.log(`run ${result.id} had completed; nothing runs again`);
    const { file, entries, unfit } = result.output;
    if (result.state.remark) console.log(`\n${result.state.remark}`);
    if (unfit > 0) console.log(`\n${unfit} of ${entries} entries are not fit after ${result.output.rounds} rounds.`);
    console.log(`\n${head(file)}\nAll of it: ${file}\nThe run:   ${result.id} in ${database}`);
    console.log(
      `\nSee a run die, and go on:\n  ${command} --crash-after gather\nThis one again, with no step run twice:\n  ${next(result.id)}`,
    );
  } catch (error) {
    if (!FlowError.is(error)) throw error;
    console.error(`\n${error.message} (${error.code})\n${error.hint}`);
    if (started) console.error(`\nGo on when it is mended:\n  ${next(started)}`);
    process.exitCode = 1;
  } finally {
    await persistence.close();
  }
}

/** The first lines of the notes. */
function head(file: string): string {
  if (!existsSync(file)) return `${file} is gone.\n`;
  const lines = readFileSync(file, "utf8").split("\n");
  const shown = lines.slice(0, 14).map((line) => `  │ ${line}`);
  return `${shown.join("\n")}\n${lines.length > 14 ? "  │ …\n" : ""}`;
}
