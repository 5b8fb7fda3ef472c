import type { WaitingFor } from "millrace";
import type { AnyFlowClass } from "../project/flow-exports.js";

export type AnyFlow = InstanceType<AnyFlowClass>;

/** How any run may have come to rest. */
export interface AnyResult {
  readonly id: string;
  readonly status: "completed" | "waiting" | "running";
  readonly output?: unknown;
  readonly state?: unknown;
  readonly waitingFor?: readonly WaitingFor[];
}
