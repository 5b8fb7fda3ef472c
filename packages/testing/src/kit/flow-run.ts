/** How a run that the kit drove came out: everything that a test may want to look at. */
import {
  type DeepReadonly,
  FlowError,
  type FlowEvent,
  type FlowLike,
  type JournalRow,
  type OutputOf,
  type Outputs,
  type RunResult,
  type Runs,
  type SignalResult,
  type Usage,
  type WaitingFor,
} from "millrace";
import type { DrivenFlow, Shape } from "./flow-maker.js";

export interface FlowRun<F extends FlowLike> {
  readonly id: string;
  readonly status: "completed" | "waiting" | "failed" | "cancelled";
  /** Undefined unless it has completed. */
  readonly output: OutputOf<Shape<F>> | undefined;
  /** Each step's latest result by name. */
  readonly outputs: Outputs<F>;
  readonly state: DeepReadonly<F["state"]>;
  /** Why it failed or was cancelled. */
  readonly error?: FlowError;
  /** Empty unless it waits. */
  readonly waitingFor: readonly WaitingFor[];
  /** All that were told, in order. */
  readonly events: readonly FlowEvent[];
  /** The journal. */
  readonly history: readonly JournalRow[];
  /** The sums of what its steps have told by `addUsage`; `{}`: nothing. */
  readonly usage: Usage;
  /** How long it took by its clock, in ms. */
  readonly elapsedMs: number;
}

/** The methods that the kit uses, without the types of a certain flow. */
export interface Verbs extends DrivenFlow {
  readonly runs: Runs<FlowLike>;
  kickoff(inputs: unknown, options: object): Promise<RunResult<FlowLike>>;
  resume(id: string): Promise<RunResult<FlowLike>>;
  signal(id: string, name: string, payload: unknown): Promise<SignalResult<FlowLike>>;
}

/** How a call that drives a run settled. */
export type Settled = { readonly result: SignalResult<FlowLike> } | { readonly error: FlowError };

/** An error that is not about the run is thrown. */
export async function settled(driving: Promise<SignalResult<FlowLike>>): Promise<Settled> {
  try {
    return { result: await driving };
  } catch (error) {
    if (FlowError.is(error) && error.runId !== undefined) return { error };
    throw error;
  }
}

export async function describeRun<F extends FlowLike>(
  flow: Verbs,
  id: string,
  { last, events, elapsedMs }: { last: Settled; events: readonly FlowEvent[]; elapsedMs: number },
): Promise<FlowRun<F>> {
  const history = await flow.runs.history(id);
  const usage = await flow.runs.usage(id);
  const common = { id, events, history, usage, elapsedMs };
  const result = "result" in last && last.result.status !== "running" ? last.result : undefined;
  if (result) {
    const { status, output, outputs, state } = result;
    const waitingFor = result.status === "waiting" ? result.waitingFor : [];
    return { ...common, status, output, outputs, state, waitingFor } as unknown as FlowRun<F>;
  }
  const record = await flow.runs.get(id);
  return {
    ...common,
    status: record?.status === "cancelled" ? "cancelled" : "failed",
    output: undefined,
    outputs: Object.fromEntries(
      history.flatMap(({ entry }) => (entry.type === "completed" ? [[entry.step, entry.output]] : [])),
    ),
    state: await flow.runs.stateAt(id),
    waitingFor: [],
    ...("error" in last && { error: last.error }),
  } as unknown as FlowRun<F>;
}
