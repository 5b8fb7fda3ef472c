/**
 * Regular expressions of documents and of the data that they are given: RE2, whose time grows with the text and not with what a
 * pattern tries; and bounded in what a pattern is made of, for that costs, too.
 */
import { RE2JS } from "re2js";

const maxLength = 500;
/** Counts in braces stand for copies of what is repeated. */
const maxRepeats = 1_000;
const maxKept = 200;
const kept = new Map<string, RE2JS>();

/** @throws where it is no pattern, or a very large one */
export function readPattern(pattern: string): RE2JS {
  const known = kept.get(pattern);
  if (known) return known;
  if (pattern.length > maxLength) throw new Error(`a pattern is longer than ${maxLength} characters`);
  let repeats = 0;
  for (const [, from = "0", to] of pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) repeats += Number(to || from);
  if (repeats > maxRepeats) throw new Error(`a pattern repeats more than ${maxRepeats} times`);
  const compiled = RE2JS.compile(pattern);
  if (kept.size === maxKept) kept.clear();
  kept.set(pattern, compiled);
  return compiled;
}

/** What looking for it costs, in operations. */
export const patternCost = (pattern: RE2JS, text: string): number => text.length * (1 + (pattern.programSize() >> 2));
