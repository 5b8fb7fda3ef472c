/**
 * Classes that are made of a definition instead of being read for one. A class that extends such a class has its steps and adds
 * its own, as with any base class.
 */
import type { FlowDefinition } from "./types.js";

interface Given {
  /** The class that it was given to. */
  readonly of: object;
  readonly definition: FlowDefinition;
}

const given = Symbol("definition");

/** Inherited, as statics are. */
export function giveDefinition(flowClass: object, definition: FlowDefinition): void {
  Object.defineProperty(flowClass, given, { value: { of: flowClass, definition } satisfies Given });
}

export function givenDefinition(flowClass: object): Given | undefined {
  return (flowClass as { readonly [given]?: Given })[given];
}

/** The definition of a class that extends one with a definition: a step of its own keeps the place of the one that it overrides. */
export function withOwnSteps(base: FlowDefinition, own: FlowDefinition): FlowDefinition {
  const overrides = new Map(own.steps.map((step) => [step.name, step]));
  const steps = base.steps.map((step) => overrides.get(step.name) ?? step);
  const inherited = new Set(base.steps.map(({ name }) => name));
  return {
    ...own,
    ...(base.door && { door: base.door }),
    steps: [...steps, ...own.steps.filter(({ name }) => !inherited.has(name))],
    signals: new Map([...base.signals, ...own.signals]),
    ...(base.keepsInputs && { keepsInputs: true }),
    // what it knows of a step that is overridden may not hold any more
    ...(base.checkInputs && !base.steps.some(({ name }) => overrides.has(name)) && { checkInputs: base.checkInputs }),
    ...(base.result && !own.result && { result: base.result }),
    ...(base.resultData && !own.result && { resultData: base.resultData }),
  };
}
