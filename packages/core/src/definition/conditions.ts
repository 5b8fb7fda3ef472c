/**
 * The words of conditions. At run time each answers a small plain object, `{ type, … }`; the types carry what it waits for,
 * so that the decorator can check names and tell the payload. `T` stands for the names that may be given: it is inferred
 * from where the call stands, which is what completes names in the editor.
 */
import type { z } from "zod";
import type { Signal } from "./signal.js";
import type { AnyFn } from "./step-results.js";

type GroupKind = "and" | "or" | "each" | "race" | "atLeast" | "keep";
/** What may stand inside another group. */
type InnerKind = "and" | "or" | "atLeast";
/** What may stand in an `and` or `atLeast`. */
type HeldKind = InnerKind | "keep";
/** What may stand alone. */
type TopKind = InnerKind | "each" | "race";

/** Several operands under one word, whatever they are. */
export interface AnyGroup<K extends GroupKind = GroupKind> {
  readonly type: K;
  readonly of: readonly unknown[];
  readonly count?: number;
}

/** Several operands under one word. */
export interface Group<K extends GroupKind, A extends readonly unknown[], T = any> extends AnyGroup<K> {
  readonly of: A;
  /** Types only: the names that were allowed where it was written; `never` where nothing was known. */
  readonly "~allowed"?: T;
  /** Types only: the names still to be checked. */
  readonly "~unchecked"?: NoInfer<[T] extends [never] ? NamesIn<A[number]> : never>;
}

/** A group that fits a flow with the names `T`. */
type Fitting<K extends GroupKind, T> = AnyGroup<K> & { readonly "~allowed"?: T; readonly "~unchecked"?: T };

export type NamesIn<X> = X extends string
  ? X
  : X extends AnyGroup
    ? NamesIn<X["of"][number]>
    : X extends { readonly step: infer S }
      ? S & string
      : never;

/** Something about a step other than that it completed. */
export interface About<K extends "failed" | "settled" | "collect", S, T = any> {
  readonly type: K;
  readonly step: S;
  /** Types only, as in Group. */
  readonly "~allowed"?: T;
  readonly "~unchecked"?: NoInfer<[T] extends [never] ? NamesIn<S> : never>;
}

/** `settled("x")` as `collect` takes it. */
interface AnySettled {
  readonly type: "settled";
  readonly step: string | AnyFn;
}

export interface FittingAbout<T> {
  readonly type: "failed" | "settled" | "collect";
  readonly step: string | AnyFn | AnySettled;
  readonly "~allowed"?: T;
  readonly "~unchecked"?: T;
}

/** A name that the compiler takes on trust. */
export interface Unchecked<N extends string, P> {
  readonly type: "name";
  readonly name: N;
  /** Types only. */
  readonly "~payload"?: P;
}

/** A leaf that is not just a name. `S`: the steps that there are. */
export type Special<S extends string = string> = Unchecked<string, any> | Signal<string, any, any> | FittingAbout<S>;

/** A leaf that is not a name: special, or a reference inside `f => …`. */
export type Leaf<S extends string = string> = AnyFn | Special<S>;

/** A group as a decorator takes it. */
export type Condition<T> = Fitting<TopKind, T>;

/** What a reference `f => …` may answer. */
export type Referred<T> = T | Leaf | Fitting<TopKind, T>;

type Operands<K extends GroupKind> = readonly (string | Leaf | AnyGroup<K>)[];

/** The operands as they must be, once what is allowed is known. */
type Args<A extends readonly unknown[], K extends GroupKind, T> = {
  [I in keyof A]: [T] extends [never] ? A[I] : Arg<A[I], K, NoInfer<T>>;
};
type Kept<X, T> = X extends string ? T : X extends AnyFn ? X : Special<T & string>;
type Arg<X, K extends GroupKind, T> = X extends string ? T : X extends AnyFn ? X : Fitting<K, T> | Special<T & string>;

/**
 * Fires when one of its operands occurs, once per turn. The payload is that operand's.
 *
 * @example
 * ```ts
 * class Prices extends Flow {
 *   @start() near() { return 3; }
 *   @start() far() { return 4; }
 *   @listen(or("near", "far")) first(price: number) { return price; }
 * }
 * ```
 */
export function or<T extends string = never, const A extends Operands<InnerKind> = Operands<InnerKind>>(
  ...operands: Args<A, InnerKind, T>
): Group<"or", A, T> {
  return group("or", operands);
}

/**
 * Fires when all of its operands have occurred in a turn. The payload is a record by the names waited for.
 *
 * @example
 * ```ts
 * class Prices extends Flow {
 *   @start() near() { return 3; }
 *   @start() far() { return 4; }
 *   @listen(and("near", "far")) sum({ near, far }: { near: number; far: number }) { return near + far; }
 * }
 * ```
 */
export function and<T extends string = never, const A extends Operands<HeldKind> = Operands<HeldKind>>(
  ...operands: Args<A, HeldKind, T>
): Group<"and", A, T> {
  return group("and", operands);
}

/**
 * Fires when `count` of its operands have occurred in a turn. The payload is a record of those that have.
 *
 * @example
 * ```ts
 * class Prices extends Flow {
 *   @start() near() { return 3; }
 *   @start() far() { return 4; }
 *   @start() web() { return 5; }
 *   @listen(atLeast(2, "near", "far", "web")) early(prices: { near?: number; far?: number; web?: number }) {
 *     return Object.keys(prices).length;
 *   }
 * }
 * ```
 */
export function atLeast<T extends string = never, const A extends Operands<HeldKind> = Operands<HeldKind>>(
  count: number,
  ...operands: Args<A, HeldKind, T>
): Group<"atLeast", A, T> {
  return Object.freeze({ ...group<"atLeast", A, T>("atLeast", operands), count });
}

/** Fires each time that one of its operands occurs. Stands only at the top of a condition. */
export function each<T extends string = never, const A extends Operands<InnerKind> = Operands<InnerKind>>(
  ...operands: Args<A, InnerKind, T>
): Group<"each", A, T> {
  return group("each", operands);
}

/** An `or` that aborts the losers: running calls of the same turn that nothing else hears. Stands only at the top. */
export function race<T extends string = never, const A extends Operands<InnerKind> = Operands<InnerKind>>(
  ...operands: Args<A, InnerKind, T>
): Group<"race", A, T> {
  return group("race", operands);
}

/**
 * An operand of `and` or `atLeast` whose payload stays for every turn: for a one-off that is joined with a loop.
 *
 * @example
 * ```ts
 * class Pages extends Flow {
 *   @start() config() { return { size: 10 }; }
 *   @start() @listen("next") page(from: { page?: number }) { return { page: (from.page ?? 0) + 1 }; }
 *   @listen(and(keep("config"), "page")) store({ config, page }: { config: { size: number }; page: { page: number } }) {
 *     return page.page * config.size;
 *   }
 *   @router("page") turn(page: { page: number }) { return page.page < 3 ? route("next", page) : undefined; }
 * }
 * ```
 */
export function keep<T extends string = never, const A extends string | Leaf = string | Leaf>(
  operand: [T] extends [never] ? A : Kept<A, NoInfer<T>>,
): Group<"keep", readonly [A], T> {
  return group("keep", [operand]);
}

/** Occurs when a step has failed for good. The payload is the `FlowError`. */
export function failed<T extends string = never, const S extends string | AnyFn = string | AnyFn>(
  step: [T] extends [never] ? S : S extends AnyFn ? S : NoInfer<T>,
): About<"failed", S, T> {
  return Object.freeze({ type: "failed", step: step as S });
}

/** Occurs when a step has completed, was skipped, or has failed for good. The payload is a `Settled`. */
export function settled<T extends string = never, const S extends string | AnyFn = string | AnyFn>(
  step: [T] extends [never] ? S : S extends AnyFn ? S : NoInfer<T>,
): About<"settled", S, T> {
  return Object.freeze({ type: "settled", step: step as S });
}

/**
 * Occurs once when all elements of a list are done that a `forEach` step was given. The payload is what they returned, in the
 * order of the list, without those that were skipped. An element that failed lets it occur only where the step says
 * `onError: "collect"`. `collect(settled("read"))` hands over how every element came out: a list of `Settled`.
 *
 * @example
 * ```ts
 * class Sizes extends Flow {
 *   @start() list() { return ["a.txt", "b.txt"]; }
 *   @forEach("list") async read(path: string) { return { path, size: path.length }; }
 *   @listen(collect("read")) sum(files: { size: number }[]) { return files.reduce((sum, { size }) => sum + size, 0); }
 * }
 * ```
 */
export function collect<
  T extends string = never,
  const S extends string | AnyFn | AnySettled = string | AnyFn | AnySettled,
>(step: [T] extends [never] ? S : Kept<S, NoInfer<T>>): About<"collect", S, T> {
  return Object.freeze({ type: "collect", step: step as S });
}

/**
 * A signal, input from outside. With a schema its payload is typed and checked where it enters.
 *
 * @example
 * const Legal = signal("legal", z.object({ ok: z.boolean() }));
 */
export function signal<const N extends string, S extends z.ZodType = z.ZodType<unknown>>(
  name: N,
  schema?: S,
): Signal<N, z.output<S>, z.input<S>> {
  return Object.freeze({
    type: "signal",
    name,
    ...(schema && { schema: schema as unknown as z.ZodType<z.output<S>, z.input<S>> }),
  });
}

/**
 * A name that the compiler can't know, such as a private step's in an `and`, with its payload's type taken on trust. An
 * `and` needs the name as a type, too, to check the record.
 *
 * @example
 * ```ts
 * class Notes extends Flow {
 *   @start() write() { return 1; }
 *   @start() private hidden() { return "note"; }
 *   @listen(and("write", unchecked<string, "hidden">("hidden"))) join(all: { write: number; hidden: string }) { return all; }
 * }
 * ```
 */
export function unchecked<P = any, const N extends string = string>(name: N): Unchecked<N, P> {
  return Object.freeze({ type: "name", name });
}

function group<K extends GroupKind, A extends readonly unknown[], T>(
  type: K,
  operands: readonly unknown[],
): Group<K, A, T> {
  return Object.freeze({ type, of: Object.freeze([...operands]) as unknown as A });
}
