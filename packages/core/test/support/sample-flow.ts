/**
 * Definitions in one line a step, for tests of what comes after recording:
 * `sampleFlow({ begin: start(), write: on(or("begin", "again")), check: router(["again", "done"], "write") })`.
 */
import type { Condition, ConditionLeaf, FlowDefinition, StepDefinition } from "../../src/definition/index.js";

type Operand = string | Condition;
type StepOptions = Omit<Partial<StepDefinition>, "name">;

export type SampleSteps = Record<string, StepOptions>;

export function sampleFlow(steps: SampleSteps, options: Partial<FlowDefinition> = {}): FlowDefinition {
  const defined = Object.entries(steps).map(
    ([name, step]): StepDefinition => ({
      name,
      starts: false,
      conditions: [],
      router: false,
      invoke: () => undefined,
      ...step,
    }),
  );
  return { name: "Sample", signals: new Map(), steps: defined, ...options };
}

/** A step that starts; conditions given are stacked on it. */
export const start = (...conditions: Operand[]): StepOptions => ({ starts: true, conditions: conditions.map(node) });

/** A step with one condition for each argument. */
export const on = (...conditions: Operand[]): StepOptions => ({ conditions: conditions.map(node) });

/** A router with declared routes; `undefined`: none declared. */
export const router = (routes: string[] | undefined, ...conditions: Operand[]): StepOptions => ({
  router: true,
  ...(routes && { routes }),
  conditions: conditions.map(node),
});

/** A step that is called for each element of what the condition hands over. */
export const forEachOf = (
  condition: Operand,
  { concurrency = 2, onError = "fail", ...batch }: Partial<NonNullable<StepDefinition["forEach"]>> = {},
): StepOptions => ({ conditions: [node(condition)], forEach: { concurrency, onError, ...batch } });

export const node = (operand: Operand): Condition =>
  typeof operand === "string" ? { kind: "name", name: operand } : operand;

export const and = (...of: Operand[]): Condition => ({ kind: "and", of: of.map(node) });
export const or = (...of: Operand[]): Condition => ({ kind: "or", of: of.map(node) });
export const each = (...of: Operand[]): Condition => ({ kind: "each", of: of.map(node) });
export const race = (...of: Operand[]): Condition => ({ kind: "race", of: of.map(node) });
export const atLeast = (count: number, ...of: Operand[]): Condition => ({ kind: "atLeast", count, of: of.map(node) });
export const keep = (of: Operand): Condition => ({ kind: "keep", of: node(of) as ConditionLeaf });
export const failed = (step: string): Condition => ({ kind: "failed", step });
export const settled = (step: string): Condition => ({ kind: "settled", step });
export const signal = (name: string): Condition => ({ kind: "signal", name });
export const collect = (step: string): Condition => ({ kind: "collect", step });
export const elements = (step: string): Condition => ({ kind: "elements", step });
export const outcomes = (step: string): Condition => ({ kind: "outcomes", step });
