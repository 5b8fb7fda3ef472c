/** What expressions read: the names that they use, as references of the core, and back from what these lead to. */
import { orElse, outcomeOf, type Ref, ref } from "millrace";
import { asData } from "../error-data.js";
import { type Expression, outcomeName, type Values } from "../expressions/index.js";
import type { FlowFacts } from "./facts.js";

/** Names that something reads. */
export interface Roots {
  /** Whether it can do without. */
  readonly names: ReadonlyMap<string, "needed" | "optional">;
  /** Steps whose outcome is read. */
  readonly outcomes: ReadonlySet<string>;
  /** Both, each where it was first written: in this order the step waits for them. */
  readonly order: readonly { readonly name: string; readonly outcome: boolean }[];
}

/** A name that nothing has written. */
export const rootNamed = (name: string): Roots => ({
  names: new Map([[name, "needed"]]),
  outcomes: new Set(),
  order: [{ name, outcome: false }],
});

export function rootsOf(expressions: readonly Expression[]): Roots {
  const names = new Map<string, "needed" | "optional">();
  const outcomes = new Set<string>();
  const order: { name: string; outcome: boolean }[] = [];
  for (const expression of expressions) {
    for (const name of expression.roots) {
      if (!names.has(name)) order.push({ name, outcome: false });
      if (names.get(name) !== "needed") names.set(name, expression.optional.has(name) ? "optional" : "needed");
    }
    for (const name of expression.outcomes) {
      if (!outcomes.has(name)) order.push({ name, outcome: true });
      outcomes.add(name);
    }
  }
  return { names, outcomes, order };
}

/** What stands for them in a spec, by what they lead to. */
export function rootRefs(
  { names, order }: Roots,
  { variables }: Pick<FlowFacts, "variables">,
): Record<string, unknown> {
  const refs: Record<string, unknown> = {};
  for (const { name, outcome } of order) {
    if (outcome) {
      refs[outcomeName(name)] = outcomeOf(refTo(sourceOf(name, variables)));
      continue;
    }
    const need = names.get(name);
    const key = sourceOf(name, variables);
    const to = refTo(key);
    const wanted = need === "optional" && key !== "input" && key !== "state";
    // what is needed under one name is needed, whatever another name for it can do without
    if (!wanted || !(key in refs)) refs[key] = wanted ? orElse(to, undefined) : to;
  }
  return refs;
}

/** The values of the names, from what a spec's references led to. */
export function valuesOf(read: Readonly<Record<string, unknown>>, { variables }: Pick<FlowFacts, "variables">): Values {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(read)) if (value !== undefined) values[name] = asData(value);
  for (const [name, { from }] of variables) {
    if (!from) continue;
    const value =
      "input" in from
        ? field(values.input, from.input)
        : from.key === undefined
          ? values[from.step]
          : field(values[from.step], from.key);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

const refTo = (name: string): Ref<unknown> => (name === "input" || name === "state" ? ref(name) : ref({ step: name }));

/** The input, state, step, label or signal behind a name. */
export function sourceOf(name: string, variables: FlowFacts["variables"]): string {
  const from = variables.get(name)?.from;
  if (!from) return name;
  return "input" in from ? "input" : from.step;
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
