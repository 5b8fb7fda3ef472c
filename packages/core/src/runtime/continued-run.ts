/** A new run on the state that another one has left: of any age, so that going on from an older one branches. */
import { FlowError } from "../errors/index.js";
import { runExists, runNotFound } from "../ports/index.js";
import type { Engine, StartedRun, StartOptions } from "./engine.js";
import type { EventSink } from "./event-sink.js";
import type { StartPlace } from "./kickoff-inputs.js";
import { startLater } from "./start-later.js";
import { stateToGoOnFrom } from "./stored-state.js";

export interface ContinuedStart extends Omit<StartOptions, "place"> {
  /** The run whose state it begins with. */
  readonly continues: string;
}

/** Its id is known at once; that it begins may take a moment. */
export function startContinued(
  engine: Engine,
  inputs: unknown,
  { continues, sink, ...options }: ContinuedStart & { readonly sink?: EventSink | undefined },
): StartedRun {
  return startLater(options.id, async (started) => {
    // said first, as in sessions: who repeats a call wants to know that its run is there
    if (await engine.persistence.get(options.id)) throw runExists(options.id);
    const place = await placeAfter(engine, continues);
    return started(engine.start(inputs, { ...options, place }, sink));
  });
}

/** @throws {FlowError} RUN_NOT_FOUND, RUN_FLOW_MISMATCH, RUN_NOT_AT_REST */
async function placeAfter(engine: Engine, runId: string): Promise<StartPlace> {
  if (typeof runId !== "string")
    throw new FlowError("RUN_INPUTS_INVALID", "What a run continues is named by the other run's id, a text.", {
      hint: "Give the id that kickoff resolved with, or leave it out.",
    });
  await engine.own(runId);
  const stored = await engine.persistence.load(runId);
  if (!stored) throw runNotFound(runId);
  const { status, position, createdAt } = stored.record;
  if (status === "running")
    throw new FlowError("RUN_NOT_AT_REST", `Run ${runId} is running: what state it will leave is not known yet.`, {
      hint: "Wait until it has ended or waits for the outside; if its process is gone, resume it first. runs.fork begins where it stands.",
      runId,
    });
  return {
    // as in sessions: a clock that was set back must not make the new run the older one
    run: { continues: { run: runId, position }, createdAt: Math.max(engine.clock.now(), createdAt) },
    left: stateToGoOnFrom(stored),
  };
}
