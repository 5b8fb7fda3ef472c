/**
 * Where a call finds what its references lead to. What its condition hands over belongs to the call's own turn and comes first;
 * all else is the newest result of a step.
 */
import type { CallSources, Condition, Settled } from "../definition/index.js";
import { follow } from "./bound-tree.js";
import { keysOf } from "./edges.js";
import type { BoundRef } from "./flow-names.js";

/** What one call has to read from. */
export interface Scope {
  readonly payload: unknown;
  readonly sources: CallSources;
}

export type Read = (scope: Scope) => unknown;

/** What calls a step, as its references are read. */
export interface Caller {
  readonly condition: Condition | undefined;
  /** By its author, who then is handed what it hands over: outcomes, too. */
  readonly isGiven: boolean;
}

const nobody: Caller = { condition: undefined, isGiven: false };

/** Where a name stands in the payload. */
type Place = "all" | "record" | "fired" | "nowhere";

const missing = Symbol("missing");

/** Reads what a reference leads to in a step that is called so. */
export function readRefIn(ref: BoundRef, caller: Caller = nobody): Read {
  const { path, fallback } = ref;
  const root = rootOf(caller, ref);
  if (!fallback) return path.length === 0 ? root : (scope) => follow(root(scope), path);
  return (scope) => {
    const value = follow(root(scope), path);
    return value === undefined ? fallback.value : value;
  };
}

function rootOf(caller: Caller, { of, name, settled }: BoundRef): Read {
  switch (of) {
    case "input":
      return ({ sources }) => sources.inputs;
    case "state":
      return ({ sources }) => sources.committed;
    case "item":
      return ({ payload }) => payload;
    case "index":
      return ({ sources }) => sources.index;
    default:
      return namedRoot(caller, { of, name, settled });
  }
}

function namedRoot(
  { condition, isGiven }: Caller,
  { of, name, settled }: Pick<BoundRef, "of" | "name" | "settled">,
): Read {
  const place = placeOf(condition, name);
  const leaf = condition && leafNamed(condition, name);
  const hasOutcome = leaf?.kind === "settled";
  const newest = ({ sources }: Scope) => (of === "step" ? sources.output(name) : undefined);
  return (scope) => {
    const found = take(place, name, scope);
    if (settled) {
      if (found !== missing) return hasOutcome ? found : { status: "completed", value: found };
      const value = newest(scope);
      return value === undefined ? { status: "skipped" } : { status: "completed", value };
    }
    if (found === missing) return newest(scope);
    // of many elements, what those have returned that did
    if (leaf?.kind === "outcomes" && !isGiven) return (found as readonly Settled<unknown>[]).flatMap(valuesOf);
    return hasOutcome ? (found as { readonly value?: unknown }).value : found;
  };
}

const valuesOf = (outcome: Settled<unknown>) => (outcome.status === "completed" ? [outcome.value] : []);

function take(place: Place, name: string, { payload, sources: { trigger } }: Scope): unknown {
  if (place === "nowhere" || trigger === "start") return missing;
  if (place === "all" || (place === "fired" && trigger === name)) return payload;
  if (place === "fired" && !trigger.split("+").includes(name)) return missing;
  return isRecord(payload) && Object.hasOwn(payload, name) ? payload[name] : missing;
}

function placeOf(condition: Condition | undefined, name: string): Place {
  if (!condition || !keysOf(condition).includes(name)) return "nowhere";
  if (!("of" in condition) || condition.kind === "keep") return "all";
  return condition.kind === "and" || condition.kind === "atLeast" ? "record" : "fired";
}

function leafNamed(condition: Condition, name: string): Condition | undefined {
  if (condition.kind === "keep") return leafNamed(condition.of, name);
  if (!("of" in condition)) return keysOf(condition)[0] === name ? condition : undefined;
  for (const operand of condition.of) {
    const found = leafNamed(operand, name);
    if (found) return found;
  }
  return undefined;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
