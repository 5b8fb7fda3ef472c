/**
 * What the processes of the crash tests do: one command on one store. `KILL_AT=before:7` in the environment kills the process
 * (SIGKILL) just before its seventh write, `after:7` just after. `STOP_AT=7`: the command is asked to stop once that write is stored.
 */
import { FlowError, type FlowPersistence, thisOwner } from "millrace";
import { SqlitePersistence } from "../../src/index.js";
import { Bill } from "./bill.js";
import { Desk } from "./desk.js";
import { Chronicle, Errands, Gate, Interview, Millwheel, Remark, Slow, Tally } from "./flows.js";
import { RenamedGate, toRenamed, WiderGate } from "./gates.js";
import { Council, Grove, Member } from "./grove.js";
import { Ingest } from "./ingest.js";
import { Ledger } from "./ledger.js";
import { mortal } from "./mortal.js";
import { Pages } from "./pages.js";
import { Pile } from "./pile.js";
import { slowly } from "./slowly.js";
import { Stages } from "./stages.js";

export type Command = readonly [flow: string, verb: string, file: string, run: string, payload?: string];
export type Done = { readonly result: unknown } | { readonly error: unknown };

/** Whom a verb is done with. */
interface Scene {
  readonly flow: Slow;
  readonly persistence: FlowPersistence;
  readonly id: string;
  readonly payload: string | undefined;
}

const flows = {
  Bill,
  Chronicle,
  Council,
  Desk,
  Errands,
  Gate,
  Grove,
  Ingest,
  Interview,
  Ledger,
  Millwheel,
  Pages,
  Pile,
  Remark,
  RenamedGate,
  Slow,
  Stages,
  Tally,
  WiderGate,
};
/** Of the command that is carried out. */
let stop = new AbortController();

export async function carryOut([flowName, verb, file, id, payload]: Command): Promise<Done> {
  stop = new AbortController();
  const claimMs = Number(process.env.CLAIM_MS ?? 10_000);
  const keepEntries = Number(process.env.KEEP_ENTRIES);
  const store = new SqlitePersistence(file, { claimMs, ...(keepEntries > 0 && { keepEntries }) });
  const stopAt = Number(process.env.STOP_AT);
  const persistence = mortal(store, process.env.KILL_AT, (writes) => {
    if (writes === stopAt) stop.abort();
  });
  try {
    return { result: await perform(verb, { flow: flowOf(flowName, persistence), persistence, id, payload }) };
  } catch (error) {
    if (!FlowError.is(error)) throw error;
    return { error: error.toJSON() };
  } finally {
    await persistence.close();
  }
}

/** They all look the same to what is done with them here. */
function flowOf(name: string, persistence: FlowPersistence): Slow {
  const FlowClass = flows[name as keyof typeof flows];
  return new FlowClass({ persistence }) as unknown as Slow;
}

async function perform(verb: string, scene: Scene): Promise<unknown> {
  const { flow, persistence, id, payload } = scene;
  const { signal: stopSignal } = stop;
  switch (verb) {
    case "go":
      return (await flow.runs.get(id)) ? flow.resume(id, { stopSignal }) : flow.kickoff({}, { id, stopSignal });
    case "resume":
      return flow.resume(id);
    case "continue":
      return flow.continue(payload!, {}, { id });
    case "branch": {
      const [session, from] = payload!.split(" ");
      return flow.continue(session!, {}, { id, ...(from && { from }) });
    }
    case "after":
      return flow.kickoff({}, { id, continues: payload! });
    case "prune":
      return flow.runs.prune({ keep: Number(payload), keepResults: id === "results" });
    case "answer":
      return answerAll(scene);
    case "decide":
      return flow.runs.answer(id, JSON.parse(payload!));
    case "vote":
      return voteAll(scene);
    case "cancel":
      return flow.runs.cancel(id).catch((error) => {
        if (!FlowError.is(error, "RUN_ENDED")) throw error;
      });
    case "fork":
      return flow.runs.fork(payload!, { id, at: { step: "begin" }, state: { turns: 10 } as object });
    case "migrate":
      return new RenamedGate({ persistence }).runs.migrate(id, toRenamed);
    case "hold":
      return hold(scene);
    case "nap":
      return nap(scene);
    case "recover":
      return flow.runs.recover();
    default:
      return flow.signal(id, verb, JSON.parse(payload ?? "null"), { id: `${verb}-${payload}` });
  }
}

/** A stored run that is claimed for a while, then driven. */
async function hold({ flow, persistence, id }: Scene): Promise<unknown> {
  const claim = await persistence.claim(id, thisOwner());
  await slowly(0);
  await persistence.release(claim);
  return flow.resume(id);
}

/** Starts the run if need be and leaves it whenever it sleeps, as a process would that something starts now and then. */
async function nap({ flow, id }: Scene): Promise<unknown> {
  if (!(await flow.runs.get(id))) await flow.kickoff({}, { id, returnOnSleep: true });
  while ((await flow.runs.get(id))?.status !== "completed") {
    const due = (await flow.runs.nextDue()) ?? 0;
    await new Promise((resolve) => setTimeout(resolve, due - Date.now()));
    await flow.runs.recover({ returnOnSleep: true });
  }
  return flow.resume(id);
}

/** Answers every open question of the run by its prompt, until the run waits for nobody. */
async function answerAll({ flow, id, payload }: Scene): Promise<unknown> {
  const answers = JSON.parse(payload ?? "{}") as Readonly<Record<string, unknown>>;
  for (;;) {
    const [question] = (await flow.runs.questions({ runId: id })).questions;
    if (!question) {
      // a process may have been killed between two questions
      const result = await flow.resume(id);
      if (result.status === "waiting") continue;
      return result;
    }
    await flow.runs.answer(question.id, answers[question.prompt]).catch((error) => {
      if (!FlowError.is(error, "QUESTION_CLOSED")) throw error;
    });
    // stored, and not applied by the process that was killed: whoever resumes applies it
    const [same] = (await flow.runs.questions({ runId: id })).questions;
    if (same?.id === question.id) await flow.resume(id);
  }
}

/** Answers what is asked by the runs that the run has started, through its own flow or theirs, until it has completed. */
async function voteAll({ flow, persistence, id, payload }: Scene): Promise<unknown> {
  const answers = JSON.parse(payload ?? "{}") as Readonly<Record<string, string>>;
  const answering = process.env.BY_CHILD ? new Member({ persistence }) : flow;
  for (;;) {
    const { questions } = await persistence.questions({});
    for (const { id: question, prompt } of questions) {
      await answering.runs.answer(question, answers[prompt]).catch((error) => {
        if (!FlowError.is(error, "QUESTION_CLOSED")) throw error;
      });
    }
    const status = (await flow.runs.get(id))?.status;
    if (status === "completed") return flow.resume(id);
    if (status === undefined) await flow.kickoff({}, { id });
    // what is stored and was not applied by the process that was killed is applied by whoever recovers
    else await flow.runs.recover();
  }
}
