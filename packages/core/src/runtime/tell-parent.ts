/** A run that a step has started has come to rest: the run that waits for it is told by a message that is stored. */
import { FlowError } from "../errors/index.js";
import type { FlowClock, FlowPersistence } from "../ports/index.js";
import type { CompiledFlow } from "./compiled-flow.js";
import type { RunMachine } from "./run-machine.js";

/** What drives the runs of one flow here. */
interface Driver {
  readonly flow: CompiledFlow;
  readonly persistence: FlowPersistence;
  readonly clock: FlowClock;
  /** By flow: what drives the runs that have started runs of this one. */
  readonly parents: ReadonlyMap<string, Driver>;
  driveOn(id: string): Promise<void>;
}

/** Tells the parent, if there is one, and drives it on where its flow is known here. */
export async function tellParent(driver: Driver, { runId, path }: RunMachine): Promise<void> {
  const parent = path?.at(-1);
  if (!parent) return;
  const { persistence, clock, flow, parents } = driver;
  try {
    await persistence.post(parent.run, { kind: "child", name: runId, payload: undefined, at: clock.now() });
  } catch (error) {
    if (FlowError.is(error, "RUN_ENDED") || FlowError.is(error, "RUN_NOT_FOUND")) return;
    throw error;
  }
  const parentDriver = parent.flow === flow.plan.flow ? driver : parents.get(parent.flow);
  await parentDriver?.driveOn(parent.run);
}
