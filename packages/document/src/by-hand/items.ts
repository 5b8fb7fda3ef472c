/** Items on their way through the `forEach` steps of a class: as a document's steps between `explode` and `collect` have them. */
import type { Settled } from "millrace";
import type { ItemError } from "../items/item-step.js";
import { itemsFailed } from "../items/items-failed.js";
import { type Base, type Gathered, gather, narrowed, type Passed, type Row } from "../items/rows.js";

/**
 * A list under its step's name, and behind it how each element came out of the steps that were called for it, in their order:
 * `{ list, read, parse }`. A list that `gatherItems` has made stands under a name that ends in `:items`.
 */
export type ItemSteps = Readonly<Record<string, unknown>>;

export interface GatherOptions {
  /** Names that later steps want of an item. */
  readonly keep: readonly string[];
  /** Steps that make a list of each item: its elements are items, too. */
  readonly explodes?: readonly string[];
}

/**
 * The items that have come through steps, side by side: a list of `{ at, of: { name: value } }`.
 *
 * @example
 * class Pages extends Flow {
 *   @start() list() { return ["a", "b"]; }
 *   @forEach("list", { onError: "collect" }) read(path: string) { return path.toUpperCase(); }
 *   @listen(and("list", collect(settled("read")))) "store:items"({ list, read }: Record<string, any>) {
 *     return gatherItems({ list, read }, { keep: ["list", "read"] });
 *   }
 * }
 */
// biome-ignore lint/suspicious/noExplicitAny: what a step makes is not known here
export function gatherItems(steps: ItemSteps, { keep, explodes = [] }: GatherOptions): readonly any[] {
  return narrowed(gathered(steps, explodes).rows, new Set(keep));
}

export interface CollectOptions {
  /** Items that failed: `keep` answers `{ items, errors }`, `drop` the list of the others, `fail` fails. @default "keep" */
  readonly failed?: "keep" | "drop" | "fail";
  readonly explodes?: readonly string[];
}

/** What each step made of one item, by its name. */
// biome-ignore lint/suspicious/noExplicitAny: what a step makes is not known here
type Item = Record<string, any>;

/** What came of items that passed through steps, in the order of the list, and those that failed. */
export interface CollectedItems<T> {
  readonly items: readonly T[];
  readonly errors: readonly ItemError[];
}

/**
 * What came of each item: what `value` makes of what the steps made of it.
 *
 * @throws {FlowError} STEP_ITEMS_FAILED – some have failed, and `failed` is `"fail"`
 * @example
 * class Pages extends Flow {
 *   @start() list() { return ["a", "b"]; }
 *   @forEach("list", { onError: "collect" }) read(path: string) { return path.toUpperCase(); }
 *   @listen(and("list", collect(settled("read")))) all({ list, read }: Record<string, any>) {
 *     return collectItems([{ list, read }], ({ read }) => read); // { items: ["A", "B"], errors: [] }
 *   }
 * }
 */
export function collectItems<T>(
  segments: readonly ItemSteps[],
  value: (of: Item) => T,
  options: CollectOptions & { readonly failed: "drop" | "fail" },
): readonly T[];
export function collectItems<T>(
  segments: readonly ItemSteps[],
  value: (of: Item) => T,
  options?: CollectOptions,
): CollectedItems<T>;
export function collectItems<T>(
  segments: readonly ItemSteps[],
  value: (of: Item) => T,
  { failed = "keep", explodes = [] }: CollectOptions = {},
): CollectedItems<T> | readonly T[] {
  const all = segments.map((steps) => gathered(steps, explodes));
  const items = all.at(-1)!.rows.map(({ of }) => value({ ...of }));
  const errors = all.flatMap((one) => one.errors);
  if (failed === "fail" && errors.length > 0) throw itemsFailed("collectItems", errors);
  return failed === "keep" ? { items, errors } : items;
}

function gathered(steps: ItemSteps, explodes: readonly string[]): Gathered {
  const [first = "", ...names] = Object.keys(steps);
  const list = [...(steps[first] as Iterable<unknown>)];
  const base: Base = {
    step: first,
    holds: first.endsWith(":items") ? "rows" : "items",
  };
  const passed = names.map((step): Passed => ({ step, explodes: explodes.includes(step) }));
  return gather(base, passed, (step) =>
    step === first ? (list as readonly Row[]) : (steps[step] as readonly Settled<unknown>[]),
  );
}
