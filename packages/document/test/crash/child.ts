/** A process of the crash tests: `child <door> <folder> <db> <run>` starts the voyage or goes on with it, until it has completed. */
import { SqlitePersistence } from "@millrace/sqlite";
import { type Flow, FlowError } from "millrace";
import { mortal } from "../../../sqlite/test/crash/mortal.js";
import { serve } from "../../../sqlite/test/crash/serve.js";
import { type Door, voyageBy } from "./voyage.js";

export type Command = readonly [door: Door, folder: string, file: string, run: string];

void serve(async ([door, folder, file, id]: Command) => {
  const VoyageByDoor = await voyageBy(door, folder);
  const stop = new AbortController();
  const stopAt = Number(process.env.STOP_AT);
  const persistence = mortal(new SqlitePersistence(file), process.env.KILL_AT, (writes) => {
    if (writes === stopAt) stop.abort();
  });
  try {
    return { result: await sail(new VoyageByDoor({ persistence }), { id, stopSignal: stop.signal }) };
  } catch (error) {
    if (!FlowError.is(error)) throw error;
    return { error: error.toJSON() };
  } finally {
    await persistence.close();
  }
});

/** Says yes to what is asked, and gives the signal that is waited for, until the run has completed. */
async function sail(voyage: Flow, { id, stopSignal }: { id: string; stopSignal: AbortSignal }): Promise<unknown> {
  let result = (await voyage.runs.get(id))
    ? await voyage.resume(id, { stopSignal })
    : await voyage.kickoff({ n: 2 } as never, { id, stopSignal });
  while (result.status === "waiting") {
    const [question] = (await voyage.runs.questions({ runId: id })).questions;
    if (question) await voyage.runs.answer(question.id, { outcome: "yes" }, { stopSignal } as never);
    else await voyage.signal(id, "gone", 7, { id: "gone", stopSignal } as never);
    result = await voyage.resume(id, { stopSignal });
  }
  return result;
}
