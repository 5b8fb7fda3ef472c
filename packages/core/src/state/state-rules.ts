/** What a flow declares about its state, read once per flow. */
import type { z } from "zod";
import type { MergeRule } from "../definition/index.js";
import { StateSchema } from "./schema/check-patches.js";
import type { StatePath } from "./types.js";

export interface StateRules {
  readonly schema: StateSchema | undefined;
  /** By path: keys joined by dots. */
  readonly merge: ReadonlyMap<string, MergeRule>;
}

export interface DeclaredRule {
  readonly rule: MergeRule;
  /** Where it was declared. */
  readonly path: StatePath;
}

export function compileStateRules(schema?: z.ZodType, merge: Readonly<Record<string, MergeRule>> = {}): StateRules {
  return { schema: schema && new StateSchema(schema), merge: new Map(Object.entries(merge)) };
}

/** The rule of a path, or the nearest one above it. */
export function ruleFor({ merge }: StateRules, path: StatePath): DeclaredRule | undefined {
  if (merge.size === 0) return undefined;
  for (let length = path.length; length >= 0; length--) {
    const at = path.slice(0, length);
    const rule = merge.get(at.map(String).join("."));
    if (rule !== undefined) return { rule, path: at };
  }
  return undefined;
}
