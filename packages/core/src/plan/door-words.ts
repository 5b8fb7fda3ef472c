/**
 * How the way out of a problem is said: in the words of the door through which the flow came, for whoever wrote it there has
 * never seen a decorator, or a YAML file.
 */
import type { FlowDefinition } from "../definition/index.js";

export interface DoorWords {
  /** No step starts. */
  readonly noStart: string;
  /** A step neither starts nor waits. */
  readonly unwired: string;
  /** Nothing leads to a step. */
  readonly unreached: string;
  /** A step is called per element, and in another way too. */
  readonly calledTwice: string;
  /** The elements of a step are waited for that has none. */
  collected(step: string): string;
  /** A step has routes, and is no router. */
  readonly noRouter: string;
}

const words: Readonly<Record<NonNullable<FlowDefinition["door"]>, DoorWords>> = {
  class: {
    noStart:
      "Mark the first step with a bare `@start()`; `@start(condition)` alone waits for its condition, so stack a bare one on it.",
    unwired: "Mark it with `@start()`, or give it a condition.",
    unreached: "Let what it waits for be reached, or mark it with a bare `@start()` too.",
    calledTwice: "is called by `@forEach` and by another decorator",
    collected: (step) => `Mark "${step}" with \`@forEach\`, or listen to "${step}" itself: it completes once per call.`,
    noRouter: "Decorate the step with `@router`, or take `routes` away.",
  },
  builder: {
    noStart:
      "A step starts that has no `on`, no link and no reference to another step; one that also waits starts by `start: true` beside its `on`.",
    unwired: "Give it `on`, a reference to another step or a link, or let it start.",
    unreached: "Let what it waits for be reached, or let it start too: `start: true` beside its `on`.",
    calledTwice: "is called by `forEach` and starts as well",
    collected: (step) =>
      `Give "${step}" the option \`forEach\`, or wait for "${step}" itself: it completes once per call.`,
    noRouter: "Add the step by `.router(…)`, or take `routes` away.",
  },
  document: {
    noStart: "The first step starts if it has no `on`; one that also waits starts by `start: true` beside its `on`.",
    unwired: "Give it `on`, or `after: []`: then it starts with the flow.",
    unreached: "Let what its `on` names be reached, or let it start too: `start: true` beside its `on`.",
    calledTwice: "is called once for each item and starts as well",
    collected: (step) =>
      `Wait for "${step}" itself: of steps between \`explode\` and \`collect\`, the \`collect\` step brings all together.`,
    noRouter: "Take `routes` away.",
  },
};

export const wordsOf = ({ door = "class" }: Pick<FlowDefinition, "door">): DoorWords => words[door];
