/**
 * What elements take along on their way from step to step: results of steps that lie behind them, as far as a step that is still
 * to come is handed them. Derived once per plan; a plan without such a step has none.
 */
import type { FlowPlan, PlanStep, PlanTrigger } from "../plan/index.js";
import type { Trail } from "./element-supplies.js";

interface Handed {
  /** Whose elements it goes on with. */
  readonly source: number;
  readonly with: readonly number[];
}

export class ElementTrails {
  readonly #plan: FlowPlan;
  readonly #handed: readonly (Handed | undefined)[];
  /** By step: whose results its elements take along. */
  readonly #after: readonly ReadonlySet<number>[];

  /** Undefined where nothing is taken along. */
  static of(plan: FlowPlan): ElementTrails | undefined {
    const trails = new ElementTrails(plan);
    return trails.#after.some(({ size }) => size > 0) ? trails : undefined;
  }

  private constructor(plan: FlowPlan) {
    this.#plan = plan;
    const sources = plan.steps.map(followed);
    this.#handed = sources.map((trigger) => trigger?.with && { source: trigger.step, with: trigger.with });
    const after = plan.steps.map(() => new Set<number>());
    for (let grows = true; grows; ) {
      grows = false;
      for (const [step, trigger] of sources.entries()) {
        if (!trigger) continue;
        const known = after[trigger.step]!;
        const { size } = known;
        for (const wanted of [...(trigger.with ?? []), ...after[step]!]) if (wanted !== step) known.add(wanted);
        grows ||= known.size > size;
      }
    }
    this.#after = after;
  }

  /** Whether an element that the step is called for has anything with it that is wanted behind it. */
  areWanted(step: number): boolean {
    const after = this.#after[step]!;
    return after.size > (after.has(step) ? 1 : 0);
  }

  /** What an element takes along from a step: `element` and `trail` are what it came with, `value` what the step has made of it. */
  from(step: number, { element, trail, value }: { element: unknown; trail: Trail | undefined; value: unknown }): Trail {
    return [...this.#after[step]!].map((wanted) => {
      if (wanted === step) return [wanted, value];
      // what stands in no trail is of the list itself
      return trail?.find(([one]) => one === wanted) ?? [wanted, element];
    });
  }

  /** What a step is handed for an element of the step before. */
  payload(step: number, value: unknown, trail: Trail): unknown {
    const handed = this.#handed[step];
    if (!handed) return value;
    const found = new Map([...trail, [handed.source, value]]);
    const nameOf = (one: number) => this.#plan.steps[one]!.name;
    return Object.freeze(
      Object.fromEntries([handed.source, ...handed.with].map((one) => [nameOf(one), found.get(one)])),
    );
  }

  /** Of a trail, what is wanted behind a step that it leads to. */
  onward(step: number, trail: Trail): Trail {
    return trail.filter(([one]) => one !== step && this.#after[step]!.has(one));
  }
}

/** The step whose elements a step goes on with, if it does. */
export function followed({ entries }: PlanStep): Extract<PlanTrigger, { kind: "elements" }> | undefined {
  const node = entries[0]?.alternatives[0]?.node;
  return node?.kind === "leaf" && node.trigger.kind === "elements" ? node.trigger : undefined;
}
