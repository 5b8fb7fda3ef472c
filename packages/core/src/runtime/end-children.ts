/**
 * When a run ends, nothing that it has started runs or waits any more. Children are of any flow: what is known of them is their
 * plan, which is enough to bring them to an end. They end before their parent does, so that whoever takes the parent up after
 * a crash in between ends them.
 */
import { setTimeout as pause } from "node:timers/promises";
import { FlowError } from "../errors/index.js";
import type { FlowPlan } from "../plan/index.js";
import type { FlowClock, FlowPersistence, RunRecord } from "../ports/index.js";
import { allRuns } from "./all-runs.js";
import { type CompiledFlow, foreignFlow } from "./compiled-flow.js";

/** Whose children are to end, and how long theirs may take to settle; undefined: as the flow's options say. */
export interface ChildrenEnd {
  readonly runId: string;
  readonly graceMs: number | undefined;
}

export interface EndingRun {
  readonly persistence: FlowPersistence;
  readonly clock: FlowClock;
  readonly abortGraceMs: number;
  /** Drives a run for which a cancel is stored to its end. */
  readonly end: (id: string, flow: CompiledFlow) => Promise<void>;
}

/** Cancels the children of a run that is about to end. */
export async function endChildren({ runId, graceMs }: ChildrenEnd, given: EndingRun): Promise<void> {
  const ending = graceMs === undefined ? given : { ...given, abortGraceMs: graceMs };
  const open = allRuns(ending.persistence, { parent: runId, status: ["running", "waiting"] });
  for await (const child of open) await endOne(child, ending);
}

async function endOne(
  { id, planHash }: RunRecord,
  { persistence, clock, abortGraceMs, end }: EndingRun,
): Promise<void> {
  const name = "the run that has started it has ended";
  try {
    await persistence.post(id, { kind: "cancel", name, payload: undefined, at: clock.now() });
    const plan = (await persistence.plan(planHash)) as FlowPlan | undefined;
    if (plan) await end(id, foreignFlow(plan));
  } catch (error) {
    // it has ended meanwhile, or can't be read
    if (!FlowError.is(error)) throw error;
    if (error.code !== "RUN_OWNED") return;
    // whoever drives it carries the wish out, in the time that an abort is given
    for (const until = performance.now() + abortGraceMs; performance.now() < until; await pause(5))
      if (!(await persistence.get(id))?.owned) return;
  }
}
