/** What the end of a call makes occur, by the book: triggers in their order, each with its payload. */
import type { FlowPlan, PlanTrigger } from "../../plan/index.js";
import type { SchedulerEvent } from "../types.js";
import { hears } from "./reference-plan.js";

export interface Occurring {
  readonly trigger: PlanTrigger;
  readonly payload: unknown;
}

/** An event that is about a call. */
export type CallEvent = Extract<SchedulerEvent, { call: number }>;

/** `before`: what the same completion has made already. */
export function endingOf(
  step: number,
  event: CallEvent,
): { readonly occurring: readonly Occurring[]; readonly before: readonly PlanTrigger[] } {
  const named: PlanTrigger = { kind: "step", step };
  const failed: PlanTrigger = { kind: "failed", step };
  const settled: PlanTrigger = { kind: "settled", step };
  switch (event.type) {
    case "completed":
      return {
        occurring: [
          { trigger: named, payload: event.output },
          ...event.labels.map(({ label, payload }): Occurring => ({ trigger: { kind: "label", label }, payload })),
          { trigger: settled, payload: { status: "completed", value: event.output } },
        ],
        before: [],
      };
    case "answered": {
      const { label } = event;
      const chosen: Occurring[] = label
        ? [{ trigger: { kind: "label", label: label.label }, payload: label.payload }]
        : [];
      return { occurring: chosen, before: [named, settled] };
    }
    case "skipped":
      return { occurring: [{ trigger: settled, payload: { status: "skipped" } }], before: [] };
    case "failed":
      return {
        occurring: [
          { trigger: failed, payload: event.error },
          { trigger: settled, payload: { status: "failed", error: event.error } },
        ],
        before: [],
      };
  }
}

/** Whether the run goes on when the step has failed. */
export function handlesFailure(plan: FlowPlan, step: number): boolean {
  const failures: PlanTrigger[] = [
    { kind: "failed", step },
    { kind: "settled", step },
    { kind: "outcomes", step },
  ];
  const { forEach } = plan.steps[step]!;
  return (
    forEach?.onError === "collect" ||
    plan.steps.some((listener) => failures.some((trigger) => hears(listener, trigger)))
  );
}
