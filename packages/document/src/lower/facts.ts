/** What is known of a flow before its steps are lowered, and the names that its expressions may use. */
import type { z } from "zod";
import { Scope } from "../expressions/index.js";
import { idPattern } from "../schema/ids.js";
import type { StepDraft } from "./step-draft.js";
import type { Variable } from "./variables.js";

export interface FlowFacts {
  readonly drafts: readonly StepDraft[];
  readonly variables: ReadonlyMap<string, Variable>;
  readonly signals: ReadonlyMap<string, z.ZodType>;
  readonly labels: ReadonlyMap<string, string>;
  readonly results: ReadonlyMap<string, z.ZodType | undefined>;
  readonly state: z.ZodType | undefined;
  /** Names that expressions and conditions may use, and of which nothing is known. */
  readonly ghosts: ReadonlySet<string>;
}

export function scopeOf(facts: FlowFacts, input: z.ZodType | undefined): Scope {
  const names = new Map<string, z.ZodType | undefined>([["input", input]]);
  if (facts.state) names.set("state", facts.state);
  for (const draft of facts.drafts) names.set(draft.id, facts.results.get(draft.id));
  for (const label of facts.labels.keys()) if (!names.has(label)) names.set(label, undefined);
  for (const [name, schema] of facts.signals) if (!names.has(name)) names.set(name, schema);
  for (const [name, { schema, from }] of facts.variables) if (from && !names.has(name)) names.set(name, schema);
  for (const name of facts.ghosts) if (!names.has(name) && idPattern.test(name)) names.set(name, undefined);
  const unbound = [...facts.variables].filter(([name, { from }]) => !from && !names.has(name)).map(([name]) => name);
  return new Scope(names, { unbound: new Set(unbound) });
}
