/**
 * Turns as texts that do not depend on the order of completions: an element of a list is told by its list's turn and its
 * index, where the scheduler numbers elements as they are called.
 */
import type { FlowPlan } from "../../plan/index.js";
import type { StepCallRecord, Turn } from "../types.js";
import { elementLoop } from "./reference-plan.js";

export class TurnTexts {
  readonly #plan: FlowPlan;
  /** By loop and round. */
  readonly #elements = new Map<string, string>();

  constructor(plan: FlowPlan) {
    this.#plan = plan;
  }

  /** A call that was made; those that led to it were noted before. */
  note({ step, number, index, turn }: StepCallRecord): void {
    if (index === undefined) return;
    const loop = elementLoop(this.#plan, step);
    if (!this.#elements.has(`${loop},${number}`)) {
      const list = turn.filter((_, i) => turn[i - (i % 2)] !== loop);
      this.#elements.set(`${loop},${number}`, `${loop},(${this.of(list)})#${index}`);
    }
  }

  of(turn: Turn): string {
    const pairs: string[] = [];
    for (let i = 0; i < turn.length; i += 2) {
      const pair = `${turn[i]},${turn[i + 1]}`;
      pairs.push(this.#elements.get(pair) ?? pair);
    }
    return pairs.join();
  }
}
