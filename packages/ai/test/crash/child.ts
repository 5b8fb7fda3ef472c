/**
 * A process of the crash tests: `child <db> run` starts the trip or goes on with it, and says yes to all that is asked; `child <db>
 * talk` does the same with a conversation of four turns, `child <db> document` with the trip as the document at TRIP.
 */
import { aiSteps } from "@millrace/ai/document";
import { loadDocument } from "@millrace/document";
import { SqlitePersistence } from "@millrace/sqlite";
import { FlowError, type FlowPersistence } from "millrace";
import { mortal } from "../../../sqlite/test/crash/mortal.js";
import { serve } from "../../../sqlite/test/crash/serve.js";
import { Talk, Trip } from "./agent.js";

export type Command = readonly [file: string, run: string];

void serve(async ([file, id]: Command) => {
  const stop = new AbortController();
  const stopAt = Number(process.env.STOP_AT);
  const persistence = mortal(new SqlitePersistence(file), process.env.KILL_AT, (writes) => {
    if (writes === stopAt) stop.abort();
  });
  const trip = id === "document" ? await documentTrip(persistence) : new Trip({ persistence });
  const stopSignal = stop.signal;
  try {
    if (id === "talk") return { result: await talkOn(new Talk({ persistence })) };
    let result = (await trip.runs.get(id))
      ? await trip.resume(id, { stopSignal })
      : await trip.continue("ada", { question: "Where to?" }, { id, stopSignal });
    while (result.status === "waiting") {
      for (const question of (await trip.runs.questions({ runId: id })).questions) {
        await trip.runs.answer(question.id, { approved: true }, { stopSignal });
      }
      result = await trip.resume(id, { stopSignal });
    }
    return { result };
  } catch (error) {
    if (!FlowError.is(error)) throw error;
    return { error: error.toJSON() };
  } finally {
    await persistence.close();
  }
});

/** A flow of a document is typed by what it is used for here. */
async function documentTrip(persistence: FlowPersistence): Promise<Trip> {
  const { flows } = await loadDocument(process.env.TRIP!, { stepTypes: aiSteps });
  return new flows.trip!({ persistence }) as unknown as Trip;
}

async function talkOn(talk: Talk): Promise<unknown> {
  const outputs: unknown[] = [];
  for (const message of ["one", "two", "three", "four"]) {
    const id = `turn-${message}`;
    const isThere = (await talk.runs.get(id)) !== undefined;
    const result = isThere ? await talk.resume(id) : await talk.continue("ada", { message }, { id });
    if (result.status === "completed") outputs.push(result.output);
    if (message === "four") return { outputs, state: result.state };
  }
  return undefined;
}
