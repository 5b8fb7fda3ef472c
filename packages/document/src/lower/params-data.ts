/**
 * What a step is given, as a definition written down says it: its parameters, where they are made of references and texts
 * alone; else what its expressions read, by name.
 */
import type { BindingData, StepDefinition } from "millrace";
import { isValue } from "../expressions/index.js";
import type { FlowFacts } from "./facts.js";
import type { LoweredStep } from "./lower-step.js";
import type { ValueTree } from "./value-tree.js";

type Variables = FlowFacts["variables"];

/** The same step, which writes itself down so. */
export function withParamsData(step: StepDefinition, lowered: LoweredStep, variables: Variables): StepDefinition {
  const read = step.params?.toData;
  if (!read) return step;
  const { draft, trees, handedBy, spec } = lowered;
  const isBare = draft.kind !== "router" && trees.fields.size === 0;
  const schema = step.params?.schema && { schema: step.params.schema };
  if (isBare && !trees.with && spec.on !== undefined) return { ...step, params: { ...schema } };
  const made = isBare ? (trees.with ? treeData(trees.with, variables) : handedData(handedBy)) : undefined;
  return { ...step, params: { ...schema, toData: () => made ?? byName(read(), handedBy) } };
}

const handedData = (handedBy: string | undefined): BindingData | undefined =>
  handedBy === undefined ? undefined : { $ref: [handedBy] };

/** From what it is called with inside. */
function byName(data: BindingData, handedBy: string | undefined): BindingData {
  const { roots, handed } = data as {
    readonly roots: Readonly<Record<string, BindingData>>;
    readonly handed?: BindingData;
  };
  return { ...roots, ...(handedBy !== undefined && handed !== undefined && { [handedBy]: handed }) };
}

/** `optional`: what it refers to may not be there. Undefined: something in it is computed. */
export function treeData(tree: ValueTree, variables: Variables, optional = false): BindingData | undefined {
  switch (tree.kind) {
    case "value":
      return tree.value;
    case "template":
      return templateData(tree.template, variables, optional);
    case "list": {
      const items = tree.items.map((item) => treeData(item, variables, optional));
      return items.includes(undefined) ? undefined : (items as BindingData[]);
    }
    case "record": {
      const entries = [...tree.entries].map(([key, value]) => [key, treeData(value, variables, optional)] as const);
      if (entries.some(([, value]) => value === undefined)) return undefined;
      const made = Object.fromEntries(entries) as Readonly<Record<string, BindingData>>;
      return entries.some(([key]) => key.startsWith("$")) ? { $value: made } : made;
    }
  }
}

function templateData(
  template: Extract<ValueTree, { kind: "template" }>["template"],
  variables: Variables,
  optional: boolean,
): BindingData | undefined {
  const refs = template.expressions.map(({ path }): BindingData | undefined => {
    if (!path) return undefined;
    const whole = [...sourcePath(path.root, variables), ...path.keys.map(String)];
    return { $ref: whole, ...(optional && { orElse: {} }) };
  });
  if (refs.includes(undefined)) return undefined;
  if (isValue(template)) return refs[0];
  return { $template: { texts: [...template.texts], values: refs as BindingData[] } };
}

/** Where a name leads: a variable, to what makes it. */
function sourcePath(name: string, variables: Variables): readonly string[] {
  const from = variables.get(name)?.from;
  if (!from) return [name];
  if ("input" in from) return ["input", from.input];
  return from.key === undefined ? [from.step] : [from.step, from.key];
}
