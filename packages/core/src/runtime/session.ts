/**
 * Sessions: `continue` starts a run on the state that the session's newest run left, or an older one of it. Which run is the
 * newest and what was left is read first; the store makes the new run only if it is still so, else it is read again.
 */
import { FlowError } from "../errors/index.js";
import { type RunRecord, runExists, type StoredRun, sessionBusy } from "../ports/index.js";
import type { Engine, StartedRun, StartOptions } from "./engine.js";
import type { EventSink } from "./event-sink.js";
import type { StartPlace } from "./kickoff-inputs.js";
import { startLater } from "./start-later.js";
import { stateToGoOnFrom } from "./stored-state.js";

export interface ContinueStart extends Omit<StartOptions, "place"> {
  readonly session: string;
  /** The run of the session that it goes on from; null: it begins anew. Absent: the newest. */
  readonly from?: string | null;
  /** Whether the caller chose the id. */
  readonly ownId: boolean;
}

/** Others that came in between, each having done a whole run, before this one gives up. */
const tries = 100;

/** Its id is known at once; that it begins may take a moment. Its end tells that it can't: SESSION_BUSY and the like. */
export function startInSession(
  engine: Engine,
  inputs: unknown,
  { session, from, ownId, sink, ...options }: ContinueStart & { readonly sink?: EventSink | undefined },
): StartedRun {
  const { id } = options;
  return startLater(id, async (started) => {
    checkNames(session, from);
    // said before the session is looked at: who repeats a call wants to know that its run is there
    if (ownId && (await engine.persistence.get(id))) throw runExists(id);
    for (let left = tries; ; left--) {
      const place = await findPlace(engine, session, from);
      try {
        return await started(engine.start(inputs, { ...options, place }, sink));
      } catch (error) {
        if (left <= 1 || !FlowError.is(error, "SESSION_BUSY") || error.runId === id) throw error;
      }
    }
  });
}

/** @throws {FlowError} RUN_INPUTS_INVALID */
function checkNames(session: unknown, from: unknown): void {
  if (typeof session !== "string" || session === "") {
    throw new FlowError("RUN_INPUTS_INVALID", "The name of a session is a text that is not empty.", {
      hint: "Name it after what it belongs to: a conversation, a customer.",
    });
  }
  if (from !== undefined && from !== null && (typeof from !== "string" || from === "")) {
    throw new FlowError("RUN_INPUTS_INVALID", "What a session goes on from is named by the id of one of its runs.", {
      hint: "Give the id that continue resolved with; null begins anew, and without `from` it goes on from the newest.",
    });
  }
}

async function findPlace(engine: Engine, session: string, from: ContinueStart["from"]): Promise<StartPlace> {
  const { persistence, flow, clock } = engine;
  const newest = async (status?: RunRecord["status"][]) => {
    const query = { flow: flow.plan.flow, session, limit: 1, ...(status && { status }) };
    return (await persistence.list(query)).runs[0];
  };
  const active = await newest(["running", "waiting"]);
  if (active) throw sessionBusy(session, active);
  const found = await newest();
  const base = typeof from === "string" ? await olderRun(engine, session, from) : undefined;
  const stored = found && (await persistence.load(found.id));
  if (!stored) return { run: { session, createdAt: clock.now() } };
  const { id, position, createdAt } = stored.record;
  const place = {
    session,
    previous: { run: id, position },
    // a clock that was set back must not make the new run the older one
    createdAt: Math.max(clock.now(), createdAt),
  };
  if (from === null) return { run: place };
  const left = base ?? stored;
  return {
    run: { ...place, continues: { run: left.record.id, position: left.record.position } },
    left: stateToGoOnFrom(left),
  };
}

/** @throws {FlowError} RUN_NOT_FOUND – the session has no such run */
async function olderRun({ persistence, flow }: Engine, session: string, id: string): Promise<StoredRun> {
  const stored = await persistence.load(id);
  if (stored?.record.session === session && stored.record.flow === flow.plan.flow) return stored;
  throw new FlowError(
    "RUN_NOT_FOUND",
    `Session "${session}" of flow "${flow.plan.flow}" has no run with the id "${id}".`,
    {
      hint: `flow.runs.list({ session: "${session}" }) has those that it has; null begins anew.`,
      runId: id,
    },
  );
}

/** The runs that a session stands on, the newest first: each begins with the state that the next one has left. */
export async function* sessionLine({ persistence, flow }: Engine, session: string): AsyncGenerator<RunRecord, void> {
  const query = { flow: flow.plan.flow, session, limit: 1 };
  let run: RunRecord | undefined = (await persistence.list(query)).runs[0];
  while (run) {
    yield run;
    run = run.continues && (await persistence.get(run.continues.run));
  }
}
