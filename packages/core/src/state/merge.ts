/**
 * The built-in merge rules: three values of one place become one. `base` is what both calls began with, `mine` what the
 * committing call left, `theirs` what is committed.
 */
import type { MergeRule } from "../definition/index.js";
import { equalValues, isObject } from "./kinds.js";

export interface MergeInput {
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
}

/** A rule met values that it can't work on. */
export class Unmergeable extends Error {}

/** What a rule answers when both wrote in a way that it can't bring together, but a call on fresh state could. */
export const unresolved = Symbol("unresolved");

export type BuiltInRule = Extract<MergeRule, string>;

export const builtInRules: Readonly<Record<BuiltInRule, (input: MergeInput) => unknown>> = {
  lastWrite: ({ mine }) => mine,
  sum,
  max,
  append,
  union,
};

function sum({ base = null, mine, theirs }: MergeInput): unknown {
  if (typeof mine === "number" && typeof theirs === "number") {
    if (typeof (base ?? 0) === "number") return theirs + (mine - ((base ?? 0) as number));
  } else if (typeof mine === "bigint" && typeof theirs === "bigint") {
    if (typeof (base ?? 0n) === "bigint") return theirs + (mine - ((base ?? 0n) as bigint));
  }
  throw new Unmergeable("`sum` takes numbers, or bigints");
}

function max({ mine, theirs }: MergeInput): unknown {
  if (mine === undefined || mine === null) return theirs;
  if (theirs === undefined || theirs === null) return mine;
  const comparable =
    typeof mine === typeof theirs && (["number", "bigint", "string"].includes(typeof mine) || mine instanceof Date);
  if (!comparable) throw new Unmergeable("`max` takes numbers, bigints, strings, or Dates");
  return mine > theirs ? mine : theirs;
}

/** What one of both added at the end, after all that the other left; arrays and strings. */
function append({ base, mine, theirs }: MergeInput): unknown {
  if (typeof mine === "string" && typeof theirs === "string") {
    const start = typeof base === "string" ? base : "";
    if (mine.startsWith(start)) return theirs + mine.slice(start.length);
    return theirs.startsWith(start) ? mine + theirs.slice(start.length) : unresolved;
  }
  if (!Array.isArray(mine) || !Array.isArray(theirs)) throw new Unmergeable("`append` takes arrays, or strings");
  const start: readonly unknown[] = Array.isArray(base) ? base : [];
  if (startsWith(mine, start)) return [...theirs, ...mine.slice(start.length)];
  return startsWith(theirs, start) ? [...mine, ...theirs.slice(start.length)] : unresolved;
}

function startsWith(array: readonly unknown[], start: readonly unknown[]): boolean {
  return array.length >= start.length && start.every((item, index) => equalValues(item, array[index]));
}

/** All elements of either, those of `theirs` first; arrays and Sets. */
function union({ mine, theirs }: MergeInput): unknown {
  if (mine instanceof Set && theirs instanceof Set) return new Set([...theirs, ...mine]);
  if (!Array.isArray(mine) || !Array.isArray(theirs)) throw new Unmergeable("`union` takes arrays, or Sets");
  const result: unknown[] = [...theirs];
  const primitives = new Set(result.filter((item) => !isObject(item)));
  for (const item of mine) {
    if (isObject(item) ? result.some((other) => equalValues(item, other)) : primitives.has(item)) continue;
    result.push(item);
    primitives.add(item);
  }
  return result;
}
