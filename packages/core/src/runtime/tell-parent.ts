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
  driveQuietly(id: string): Promise<void>;
}

/** Tells the parent, if there is one, and drives it on where its flow is known here. */
export async function tellParent(driver: Driver, { runId, path }: RunMachine): Promise<void> {
  const parent = path?.at(-1);
  if (!parent || !(await postNews(driver, { child: runId, to: parent.run }))) return;
  const parentDriver = parent.flow === driver.flow.plan.flow ? driver : driver.parents.get(parent.flow);
  await parentDriver?.driveQuietly(parent.run);
}

/** Stores that there is news of a child; false: its parent has ended or is gone, and needs none. */
export async function postNews(
  { persistence, clock }: Pick<Driver, "persistence" | "clock">,
  { child, to }: { readonly child: string; readonly to: string },
): Promise<boolean> {
  try {
    await persistence.post(to, { kind: "child", name: child, payload: undefined, at: clock.now() });
    return true;
  } catch (error) {
    if (FlowError.is(error, "RUN_ENDED") || FlowError.is(error, "RUN_NOT_FOUND")) return false;
    throw error;
  }
}
