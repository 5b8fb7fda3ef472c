/**
 * Items on their way. A list that steps are called for (`Base`) is the one that was exploded, or one that was put together on the
 * way; outcomes of the steps that were called for it stand at the same positions.
 */
import type { Settled } from "millrace";
import type { ItemError } from "./item-step.js";

/** One item: where it stands in what was exploded, and what each step made of it. */
export interface Row {
  readonly at: readonly number[];
  readonly of: Readonly<Record<string, unknown>>;
}

export interface Base {
  /** The step whose result it is. */
  readonly step: string;
  /** What an element of it is: what was exploded, or rows. */
  readonly holds: "items" | "rows";
}

/** A step that was called for each element of a base. */
export interface Passed {
  readonly step: string;
  /** What it made of an item is a list of items. */
  readonly explodes: boolean;
  /** It has asked whether an item goes on, and made nothing of it but what the next step reads. */
  readonly isGate?: boolean;
}

/** A list, and the steps that its elements have passed. */
export interface PassedBase {
  readonly base: Base;
  readonly passed: readonly Passed[];
}

export interface Gathered {
  /** Those that came through. */
  readonly rows: readonly Row[];
  readonly errors: readonly ItemError[];
}

/** What came of a base through the steps that were called for it, in order. `found` answers results and outcomes by step. */
export function gather(base: Base, passed: readonly Passed[], found: (step: string) => unknown): Gathered {
  const errors: ItemError[] = [];
  const outcomes = passed.map(({ step }) => found(step) as readonly Settled<unknown>[]);
  const rows = [...(found(base.step) as Iterable<unknown>)].flatMap((element, position) => {
    let here: readonly Row[] = [rowOf(base, element, position)];
    for (const [i, { step, explodes }] of passed.entries()) {
      const outcome = outcomes[i]![position]!;
      if (outcome.status === "failed") errors.push(...here.map((row) => errorOf(row, step, outcome.error)));
      if (outcome.status !== "completed") return [];
      const { value } = outcome;
      here = here.flatMap((row) => further(row, { step, explodes, value }));
    }
    return here;
  });
  return { rows, errors };
}

function rowOf({ step, holds }: Base, element: unknown, position: number): Row {
  return holds === "rows" ? (element as Row) : { at: [position], of: { [step]: element } };
}

function further(
  { at, of }: Row,
  { step, explodes, value }: { readonly step: string; readonly explodes: boolean; readonly value: unknown },
): Row[] {
  if (!explodes) return [{ at, of: { ...of, [step]: value } }];
  return [...(value as Iterable<unknown>)].map((one, n) => ({ at: [...at, n], of: { ...of, [step]: one } }));
}

function errorOf({ at }: Row, step: string, error: { readonly code: string; readonly message: string }): ItemError {
  // who asks for a step is that step, for its author
  const name = step.replace(/:when$/, "");
  return { index: at.length === 1 ? at[0]! : at, step: name, code: error.code, message: error.message };
}

/** Rows with no more than these names: what is stored again is what is still wanted. */
export function narrowed(rows: readonly Row[], names: ReadonlySet<string>): readonly Row[] {
  return rows.map(({ at, of }) => ({
    at,
    of: Object.fromEntries(Object.entries(of).filter(([name]) => names.has(name))),
  }));
}
