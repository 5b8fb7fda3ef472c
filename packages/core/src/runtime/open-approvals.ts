/**
 * What routers have put before humans, by call: their steps are done, and only a label is still to come of them. A run without
 * approvals costs nothing.
 */
import type { EntryOf } from "../ports/index.js";
import { CallTable } from "../scheduler/index.js";

type Completed = EntryOf<"completed">;
type Label = NonNullable<EntryOf<"answered">["label"]>;

export interface OpenApproval extends NonNullable<Completed["approval"]> {
  readonly value: unknown;
  /** By outcome: the label that it is now, if labels were renamed since. */
  readonly labels?: readonly string[];
  /** How long an answer was to be waited for. */
  readonly timeoutMs?: number;
  /** A fork has found it open: it is still to be asked, under an id of the fork's own. */
  readonly unasked?: true;
}

export type ApprovalsData = readonly (readonly [call: number, approval: OpenApproval])[];

/** Its key among the questions of a call. */
export const approvalKey = "approval()";

export class OpenApprovals {
  readonly #byCall = new CallTable<OpenApproval>();

  constructor(data: ApprovalsData = []) {
    for (const [call, approval] of data) this.#byCall.set(call, approval);
  }

  get size(): number {
    return this.#byCall.size;
  }

  get(call: number): OpenApproval | undefined {
    return this.#byCall.size === 0 ? undefined : this.#byCall.get(call);
  }

  open({ call, at, output: value, approval }: Completed): void {
    const { until } = approval!;
    this.#byCall.set(call, { ...approval!, value, ...(until !== undefined && { timeoutMs: until - at }) });
  }

  /** It is asked under another id, from now on. */
  ask({ call, id, until }: EntryOf<"asked">): void {
    const { unasked: _, ...approval } = this.#byCall.get(call)!;
    this.#byCall.set(call, { ...approval, id, ...(until !== undefined && { until }) });
  }

  close(call: number): void {
    if (this.#byCall.size > 0) this.#byCall.delete(call);
  }

  entries(): readonly (readonly [call: number, approval: OpenApproval])[] {
    return this.#byCall.entries();
  }
}

/** What a decision, or silence, comes to. */
export function labelFor({ outcomes, labels, onTimeout }: OpenApproval, value?: unknown): Label {
  const { outcome, feedback } = (value ?? onTimeout) as NonNullable<OpenApproval["onTimeout"]>;
  return {
    label: labels?.[outcomes.indexOf(outcome)] ?? outcome,
    ...(feedback !== undefined && { payload: feedback }),
  };
}

/** In a fork: the same is to be decided again, by whoever its own question finds. */
export function forkedApprovals(data: ApprovalsData): ApprovalsData {
  return data.map(([call, { until: _, ...approval }]) => [call, { ...approval, unasked: true }]);
}

export function renamedApprovals(data: ApprovalsData, names: ReadonlyMap<string, string>): ApprovalsData {
  return data.map(([call, approval]) => {
    const labels = (approval.labels ?? approval.outcomes).map((label) => names.get(label) ?? label);
    return [call, { ...approval, labels }];
  });
}
