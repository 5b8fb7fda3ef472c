/** The inputs of a flow that declares none: what its steps take of `input`, with the types that they ask for. */
import { z } from "zod";
import { Problems } from "../problems/index.js";
import { type FlowFacts, scopeOf } from "./facts.js";
import { stepContext } from "./result-types.js";
import type { StepDraft } from "./step-draft.js";
import { stepTrees } from "./step-trees.js";
import type { FlowContext } from "./types.js";
import { compileTree, expressionsIn, type ValueTree } from "./value-tree.js";

/** Undefined: nothing takes any. */
export function inferInputs(facts: FlowFacts, context: FlowContext): z.ZodType | undefined {
  const scope = scopeOf(facts, undefined);
  // what is wrong is found when the steps are lowered
  const problems = new Problems();
  const needed = new Map<string, "needed" | "optional">();
  const known = new Map<string, z.ZodType>();
  for (const draft of facts.drafts) {
    const trees = stepTrees(draft, { scope, problems });
    for (const [name, need] of trees.expressions.flatMap(({ inputs }) => [...inputs])) {
      if (needed.get(name) !== "needed") needed.set(name, need);
    }
    noteTypes(known, { tree: trees.with, schema: parameters(draft, context) });
  }
  const outputs = context.node.entries.get("outputs")?.value;
  if (outputs) {
    const tree = compileTree(outputs, [], { scope, problems });
    for (const [name, need] of expressionsIn(tree).flatMap(({ inputs }) => [...inputs]))
      if (!needed.has(name)) needed.set(name, need);
  }
  for (const [name, { from, schema }] of facts.variables) {
    if (!from || !("input" in from)) continue;
    needed.set(from.input, "needed");
    if (schema) known.set(name, schema);
  }
  const first = facts.drafts[0];
  const whole = first && takesAll(first, context) ? parameters(first, context) : undefined;
  const fields: Record<string, z.ZodType> = {};
  for (const [name, need] of needed) {
    const schema = known.get(name) ?? z.unknown();
    fields[name] = need === "optional" ? schema.optional() : known.has(name) ? schema : required();
  }
  if (whole instanceof z.ZodObject) return z.object({ ...(whole.shape as Record<string, z.ZodType>), ...fields });
  // what only remembers takes its inputs all the same
  const declaresState = context.node.entries.has("state");
  if (first && takesAll(first, context) && !declaresState) return z.looseObject(fields);
  return needed.size > 0 ? z.object(fields) : undefined;
}

/** What a step's parameters have to be. */
export function parameters({ kind, type, config, id }: StepDraft, context: FlowContext): z.ZodType | undefined {
  if (kind === "flow") return context.flow(String(config.flow))?.input;
  return kind === "typed" ? type?.input?.(config, stepContext(id, context)) : undefined;
}

/** Whether a first step is handed the inputs as they are. */
function takesAll({ kind, type, config, common }: StepDraft, context: FlowContext): boolean {
  if (common.with || common.inputs || common.on !== undefined) return false;
  if (kind === "flow") return context.flow(String(config.flow))?.takesNothing !== true;
  return type?.input !== undefined || type?.type === "code";
}

/** A parameter that is one input and nothing else gives the input its type. */
function noteTypes(
  known: Map<string, z.ZodType>,
  { tree, schema }: { tree: ValueTree | undefined; schema: z.ZodType | undefined },
): void {
  if (tree?.kind !== "record" || !(schema instanceof z.ZodObject)) return;
  const shape = schema.shape as Record<string, z.ZodType>;
  for (const [key, value] of tree.entries) {
    if (value.kind !== "template" || !Object.hasOwn(shape, key)) continue;
    const [expression, ...more] = value.template.expressions;
    const path = expression?.path;
    if (more.length > 0 || path?.root !== "input" || path.keys.length !== 1) continue;
    const name = String(path.keys[0]);
    if (!known.has(name)) known.set(name, shape[key]!);
  }
}

const required = () => z.unknown().refine((value) => value !== undefined, "is missing");
