/** Flows in one line a step: a step returns its name, a router takes any of its labels. */
import { flowClass, type StepDefinition } from "millrace";

type Condition = StepDefinition["conditions"][number];

export const name = (of: string): Condition => ({ kind: "name", name: of });
export const step = (named: string, conditions: Condition[], rest: Partial<StepDefinition> = {}): StepDefinition => ({
  name: named,
  starts: conditions.length === 0,
  conditions,
  router: false,
  invoke: () => named,
  ...rest,
});

export const range = (count: number) => Array.from({ length: count }, (_, i) => i);
export const made = (named: string, steps: readonly StepDefinition[]) =>
  flowClass({ name: named, steps, signals: new Map() });
export const all = (names: readonly string[]): Condition => ({ kind: "and", of: names.map(name) });
export const any = (...names: readonly string[]): Condition => ({ kind: "or", of: names.map(name) });

/** A router that leads back by its first label. */
export const gate = (named: string, conditions: Condition[], routes: string[]) =>
  step(named, conditions, { router: true, routes, invoke: () => routes.at(-1) });
