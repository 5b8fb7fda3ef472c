/**
 * Where a call finds what its references lead to. What its condition hands over belongs to the call's own turn and comes first;
 * all else is the newest result of a step.
 */
import type { Condition, Settled } from "../definition/index.js";
import { followed, type Read } from "./bound-reader.js";
import { keysOf } from "./edges.js";
import type { BoundRef } from "./flow-names.js";

/** What calls a step, as its references are read. */
export interface Caller {
  readonly condition: Condition | undefined;
  /** By its author, who then is handed what it hands over: outcomes, too. */
  readonly isGiven: boolean;
  /** Whether kickoff calls it, too. */
  readonly starts: boolean;
}

const nobody: Caller = { condition: undefined, isGiven: false, starts: false };

/** Where a name stands in the payload. */
type Place = "all" | "record" | "fired" | "nowhere";

const missing = Symbol("missing");

/** Reads what a reference leads to in a step that is called so. */
export function readRefIn(ref: BoundRef, caller: Caller = nobody): Read {
  const { path, fallback } = ref;
  const read = followed(rootOf(caller, ref), path);
  if (!fallback) return read;
  return (payload, sources) => {
    const value = read(payload, sources);
    return value === undefined ? fallback.value : value;
  };
}

function rootOf(caller: Caller, { of, name, settled, fallback }: BoundRef): Read {
  switch (of) {
    case "input":
      return (_payload, { inputs }) => inputs;
    case "state":
      return (_payload, { committed }) => committed;
    case "item":
      return (payload) => payload;
    case "index":
      return (_payload, { index }) => index;
    default:
      return namedRoot(caller, { of, name, settled, fallback });
  }
}

function namedRoot(
  { condition, isGiven, starts }: Caller,
  { of, name, settled, fallback }: Pick<BoundRef, "of" | "name" | "settled" | "fallback">,
): Read {
  const place = placeOf(condition, name);
  const leaf = condition && leafNamed(condition, name);
  const hasFailed = leaf?.kind === "failed";
  // an error is no result, and the default stands for it
  if (hasFailed && fallback && !settled) return () => undefined;
  const newest: Read = of === "step" ? (_payload, { output }) => output(name) : () => undefined;
  const hasOutcome = leaf?.kind === "settled";
  const take = takerOf(place, name, starts);
  if (settled)
    return (payload, sources) => {
      const found = take(payload, sources);
      if (found !== missing)
        return hasOutcome
          ? found
          : hasFailed
            ? { status: "failed", error: found }
            : { status: "completed", value: found };
      const value = newest(payload, sources);
      return value === undefined ? { status: "skipped" } : { status: "completed", value };
    };
  // of many elements, what those have returned that did
  const isMany = leaf?.kind === "outcomes" && !isGiven;
  if (place === "all" && !starts && !isMany && !hasOutcome) return take;
  return (payload, sources) => {
    const found = take(payload, sources);
    if (found === missing) return newest(payload, sources);
    if (isMany) return (found as readonly Settled<unknown>[]).flatMap(valuesOf);
    return hasOutcome ? (found as { readonly value?: unknown }).value : found;
  };
}

const valuesOf = (outcome: Settled<unknown>) => (outcome.status === "completed" ? [outcome.value] : []);

/** What the condition has handed over under a name; `missing` where it did not. */
function takerOf(place: Place, name: string, starts: boolean): Read {
  const taken: Read = (payload, { trigger }) => {
    if (place === "all" || (place === "fired" && trigger === name)) return payload;
    if (place === "fired" && !trigger.split("+").includes(name)) return missing;
    return isRecord(payload) && Object.hasOwn(payload, name) ? payload[name] : missing;
  };
  if (place === "nowhere") return () => missing;
  if (starts) return (payload, sources) => (sources.trigger === "start" ? missing : taken(payload, sources));
  return place === "all" ? (payload) => payload : taken;
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
