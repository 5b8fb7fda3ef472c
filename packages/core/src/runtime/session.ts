/**
 * Sessions: `continue` starts a run on the state that the session's newest run left. Which run that is and what it left is
 * read first; the store makes the new run only if it is still so, else it is read again.
 */
import { FlowError } from "../errors/index.js";
import { type RunRecord, runExists, sessionBusy } from "../ports/index.js";
import type { Engine, StartedRun, StartOptions } from "./engine.js";
import type { StartPlace } from "./kickoff-inputs.js";
import { storedState } from "./stored-state.js";

export interface ContinueStart extends Omit<StartOptions, "place"> {
  readonly session: string;
  /** Whether the caller chose the id. */
  readonly ownId: boolean;
}

/** Others that came in between, each having done a whole run, before this one gives up. */
const tries = 100;

/** @throws {FlowError} RUN_INPUTS_INVALID, STATE_INVALID, RUN_EXISTS, SESSION_BUSY, or how the run failed */
export async function continueSession(
  engine: Engine,
  inputs: unknown,
  { session, ownId, ...options }: ContinueStart,
): Promise<Awaited<StartedRun["done"]>> {
  const { id } = options;
  if (typeof session !== "string" || session === "") {
    throw new FlowError("RUN_INPUTS_INVALID", "The name of a session is a text that is not empty.", {
      hint: "Name it after what it belongs to: a conversation, a customer.",
    });
  }
  // said before the session is looked at: who repeats a call wants to know that its run is there
  if (ownId && (await engine.persistence.get(id))) throw runExists(id);
  for (let left = tries; ; left--) {
    const place = await findPlace(engine, session);
    try {
      return await engine.start(inputs, { ...options, place }).done;
    } catch (error) {
      if (left <= 1 || !FlowError.is(error, "SESSION_BUSY") || error.runId === id) throw error;
    }
  }
}

async function findPlace({ persistence, flow, clock }: Engine, session: string): Promise<StartPlace> {
  const newest = async (status?: RunRecord["status"][]) => {
    const query = { flow: flow.plan.flow, session, limit: 1, ...(status && { status }) };
    return (await persistence.list(query)).runs[0];
  };
  const active = await newest(["running", "waiting"]);
  if (active) throw sessionBusy(session, active);
  const found = await newest();
  const stored = found && (await persistence.load(found.id));
  if (!stored) return { run: { session, createdAt: clock.now() } };
  const { id, position, createdAt } = stored.record;
  return {
    // a clock that was set back must not make the new run the older one
    run: { session, previous: { run: id, position }, createdAt: Math.max(clock.now(), createdAt) },
    left: storedState(stored).unsealed as object,
  };
}
