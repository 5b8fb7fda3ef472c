/** A scheduler as plain data: with the plan it says all that a run's earlier events have left behind. */
import type { GroupData } from "./group-store.js";
import type { PassesData } from "./open-passes.js";
import type { StepCallRecord } from "./types.js";

export interface OpenCall extends StepCallRecord {
  /** It failed for good and stopped the run; it is tried again when the run is resumed. */
  readonly failed?: boolean;
}

export type FormerCounts = readonly (readonly [name: string, calls: number])[];

/** Most calls have no payload, and a store writes `undefined` with much ado: it is left out. */
export type StoredCall = Omit<OpenCall, "payload"> & { readonly payload?: unknown };

/** A call whose step is done, and that only a label is still to come of: of no list any more, and with nothing to work on. */
export function askingCall({ id, step, number, turn, trigger, index, calledAs }: OpenCall): OpenCall {
  const place = { ...(index !== undefined && { index }), ...(calledAs !== undefined && { calledAs }) };
  return { id, step, number, turn, trigger, payload: undefined, ...place, asking: true };
}

/** @param isHeld The payload stands in the list that the call is of. */
export function storedCall({ payload, ...call }: OpenCall, isHeld: boolean): StoredCall {
  return payload === undefined || isHeld ? call : { ...call, payload };
}

export interface SchedulerSnapshot {
  readonly calls: number;
  readonly stopping: boolean;
  readonly counts: readonly number[];
  /** Calls made under names that no step bears any more: one that comes to bear it goes on with the number. Missing: none. */
  readonly formerly?: FormerCounts;
  readonly signals: readonly number[];
  readonly open: readonly StoredCall[];
  /** Entries that have made a call. */
  readonly called: readonly number[];
  readonly fired: readonly (readonly [entry: number, turns: readonly [string, readonly number[]][]])[];
  readonly groups: readonly (readonly [group: number, data: GroupData])[];
  /** Lists that a `forEach` step is on its way through, and how many there were in all; missing: none as yet. */
  readonly passes?: PassesData;
}
