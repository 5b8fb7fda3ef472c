/**
 * Parameters that are known from the inputs alone are checked when a run is started, before any step: of the steps that it will
 * come to. What another step is there to handle is left to the call.
 */
import type { z } from "zod";
import type { Values } from "../expressions/index.js";
import { checkedParams } from "./checked-params.js";
import type { FlowFacts } from "./facts.js";
import { parameters } from "./infer-inputs.js";
import type { LoweredStep } from "./lower-step.js";
import { rootsOf } from "./roots.js";
import { handledSteps, readsInputsAlone, SureCalls } from "./sure-calls.js";
import type { FlowContext } from "./types.js";
import { expressionsIn, makeValue, type ValueTree } from "./value-tree.js";

type Check = (values: Values, inputs: unknown) => void;

/** `ordinary`: the steps that are called as they stand, not per item. Undefined: there is nothing to check. */
export function checkInputsOf(
  steps: readonly LoweredStep[],
  {
    ordinary,
    facts,
    flow,
  }: { readonly ordinary: ReadonlySet<string>; readonly facts: FlowFacts; readonly flow: FlowContext },
): ((inputs: unknown) => void) | undefined {
  const handled = handledSteps(steps, facts);
  const checks = steps.flatMap((step) => {
    const { id } = step.draft;
    const check = ordinary.has(id) && !handled.has(id) ? checkOf(step, facts, flow) : undefined;
    return check ? [{ id, check }] : [];
  });
  if (checks.length === 0) return undefined;
  return (inputs) => {
    const calls = new SureCalls(steps, facts, inputs);
    for (const { id, check } of checks) if (calls.has(id)) check(calls.values, inputs);
  };
}

function checkOf({ draft, trees, handedBy }: LoweredStep, facts: FlowFacts, flow: FlowContext): Check | undefined {
  const schema = parameters(draft, flow);
  const inner = draft.kind === "flow" ? flow.flow(String(draft.config.flow))?.checkInputs : undefined;
  if (!schema) return undefined;
  const whole: Check = (values, inputs) => {
    const given = trees.with ? makeValue(trees.with, values) : inputs;
    const made = checkedParams(given, schema, { draft, atStart: true });
    inner?.(made);
  };
  if (trees.with ? isKnown(trees.with, facts) : handedBy === "input") return whole;
  const shape = (schema as Partial<z.ZodObject>).shape as Readonly<Record<string, z.ZodType>> | undefined;
  if (trees.with?.kind !== "record" || !shape) return undefined;
  const known = [...trees.with.entries].filter(([key, tree]) => Object.hasOwn(shape, key) && isKnown(tree, facts));
  if (known.length === 0) return undefined;
  return (values) => {
    for (const [key, tree] of known)
      checkedParams(makeValue(tree, values), shape[key]!, { draft, atStart: true, under: key });
  };
}

/** Fixed values were checked when the document was loaded. */
const isKnown = (tree: ValueTree, facts: FlowFacts): boolean => {
  const expressions = expressionsIn(tree);
  return expressions.length > 0 && readsInputsAlone(rootsOf(expressions), facts);
};
