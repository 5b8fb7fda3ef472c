/** What `@forEach` alone can wait for: the elements of another step, several at once. At run time plain objects, as all conditions. */
import type { AnyGroup, Condition, Leaf, NamesIn, Special } from "./conditions.js";
import type { AnyFn } from "./step-results.js";

type Named = string | AnyFn;
type Other = Named | AnyGroup<"each">;

/** The elements of a step `S`, with what steps `W` before it have made of them. */
export interface Elements<S, W extends readonly unknown[], T = any> {
  readonly type: "elements";
  readonly step: S;
  readonly with: W;
  /** Types only: the names that were allowed where it was written, and those still to be checked. */
  readonly "~allowed"?: T;
  readonly "~unchecked"?: NoInfer<[T] extends [never] ? NamesIn<S> | NamesIn<W[number]> : never>;
}

/** `elements("x")` as `@forEach` takes it. */
export interface FittingElements<T> {
  readonly type: "elements";
  readonly step: Named;
  readonly with: readonly unknown[];
  readonly "~allowed"?: T;
  readonly "~unchecked"?: T;
}

/** What a condition `X` hands over, several elements at once. */
export interface Batches<X, T = any> {
  readonly type: "batches";
  readonly of: X;
  readonly size: number;
  /** Types only, as in Elements. */
  readonly "~allowed"?: T;
  readonly "~unchecked"?: NoInfer<[T] extends [never] ? NamesIn<X> : never>;
}

/** `batches("x", n)` as `@forEach` takes it. */
export interface FittingBatches<T> {
  readonly type: "batches";
  readonly of: unknown;
  readonly size: number;
  readonly "~allowed"?: T;
  readonly "~unchecked"?: T;
}

/** What a step returns for a batch: its elements' results, in their order. */
export type Batched<R> = readonly R[] & { readonly "~each"?: R };

type Fitting<S, T> = [T] extends [never] ? S : S extends AnyFn ? S : NoInfer<T>;
/** A step, or `each` of the one that returned the list. */
type FittingOther<X, T> = X extends AnyGroup ? X & { readonly "~unchecked"?: NoInfer<T> } : Fitting<X, T>;
type FittingList<X, T> = [T] extends [never]
  ? X
  : X extends AnyFn
    ? X
    : NoInfer<T> | Condition<NoInfer<T>> | Special<NoInfer<T> & string> | FittingElements<NoInfer<T>>;

/**
 * Each element of a `forEach` step, as soon as it is done: what another `@forEach` goes on with, while the elements after it are
 * still on their way there. Stands alone, and only in `@forEach`. Further names are steps that it has gone through
 * before, `each("list")` is the element of the list: they are handed over with it, in a record by name.
 *
 * @example
 * ```ts
 * class Pages extends Flow {
 *   @start() list() { return ["/", "/docs"]; }
 *   @forEach("list", { concurrency: 8 }) async fetch(path: string) { return { path, text: "…" }; }
 *   @forEach(elements("fetch"), { concurrency: 2 }) async store(page: { path: string; text: string }) { return 7; }
 *   @forEach(elements("store", each("list"))) tell({ store, list }: { store: number; list: string }) { return `${list}: ${store}`; }
 *   @listen(collect("tell")) all(lines: string[]) { return lines.join(); }
 * }
 * ```
 */
export function elements<
  T extends string = never,
  const S extends Named = Named,
  const W extends readonly Other[] = readonly Other[],
>(step: Fitting<S, T>, ...others: { [I in keyof W]: FittingOther<W[I], T> }): Elements<S, W, T> {
  return Object.freeze({ type: "elements", step: step as S, with: Object.freeze(others) as unknown as W });
}

/**
 * The elements of what a condition hands over, `size` at once: the step is handed a list, of fewer elements only at the end, and
 * returns `batched(…)`, a list with one result for each. Stands alone, and only in `@forEach`.
 *
 * @example
 * ```ts
 * class Vectors extends Flow {
 *   @start() texts() { return ["a", "bb", "ccc"]; }
 *   @forEach(batches("texts", 2)) embed(texts: string[]) { return batched(texts.map((text) => [text.length])); }
 *   @listen(collect("embed")) all(vectors: number[][]) { return vectors.length; } // 3
 * }
 * ```
 */
export function batches<
  T extends string = never,
  const X extends string | Leaf | AnyGroup | FittingElements<any> = string | Leaf | AnyGroup | FittingElements<any>,
>(on: FittingList<X, T>, size: number): Batches<X, T> {
  return Object.freeze({ type: "batches", of: on as X, size });
}

/** What a step has made of a batch: one result for each element, in their order. */
export function batched<R>(results: readonly R[]): Batched<R> {
  return results;
}
