import type { Usage, WaitingFor } from "millrace";
import type { AnyFlowClass } from "../project/flow-exports.js";

export type AnyFlow = InstanceType<AnyFlowClass>;

/** How any run may have come to rest. */
export interface AnyResult {
  readonly id: string;
  readonly status: "completed" | "waiting" | "running";
  readonly output?: unknown;
  readonly state?: unknown;
  /** What the run has used so far. */
  readonly usage?: Usage;
  readonly waitingFor?: readonly WaitingFor[];
}
