/**
 * What the compiler knows of a flow from its type argument `C`: either the class itself (`Flow<typeof Review>`, schemas as
 * statics) or a plain state type (`Flow<{ count: number }>`). A class is told by its `prototype`, because looking at its
 * construct signature would be circular. The conditionals are flat, with one `infer` each, so that a base class that is
 * generic in `C` still sees the state of C's constraint.
 */
import type { z } from "zod";
import type { CallSources, MergeRule } from "./types.js";

/** The statics that a flow class may have. They are read from the subclass and not declared on `Flow`. */
export interface FlowStatics {
  readonly flowName?: string;
  readonly version?: string;
  readonly state?: z.ZodType<object>;
  readonly inputs?: z.ZodType;
  readonly output?: z.ZodType;
  readonly merge?: object;
  /** Steps read the run's inputs by `this.call.inputs`: they are stored with each snapshot. @default false */
  readonly keepsInputs?: boolean;
  /** Makes what a completed run returns. @default the result of the last terminal step */
  readonly result?: (sources: CallSources) => unknown;
}

export type ClassLike = { readonly prototype: object };

/** The type argument of a flow without a state. */
// biome-ignore lint/complexity/noBannedTypes: an object of which nothing is known is what is meant
export type NoState = {};

/** What `this.state` is: the schema's output, `{}` for a class without one, or the type argument itself. */
export type StateOf<C> = C extends { readonly state: infer S extends z.ZodType }
  ? z.output<S>
  : C extends ClassLike
    ? NoState
    : C;

/** What `kickoff` takes: the input of `static inputs`, else that of the state. */
export type KickoffInputs<C> = C extends { readonly inputs: infer I extends z.ZodType }
  ? z.input<I>
  : C extends { readonly state: infer S extends z.ZodType }
    ? z.input<S>
    : C extends ClassLike
      ? NoInputs
      : [keyof C] extends [never]
        ? NoInputs
        : Partial<C>;

/** What `continue` takes: all of `static inputs`, or of the state what is to be changed. */
export type ContinueInputs<C> = C extends { readonly inputs: z.ZodType }
  ? KickoffInputs<C>
  : C extends { readonly state: infer S extends z.ZodType }
    ? Partial<z.input<S>>
    : KickoffInputs<C>;

/** Takes `{}` and nothing more. */
export type NoInputs = Readonly<Record<string, never>>;

/** What start steps are given. */
export type InputsOf<C> = C extends { readonly inputs: infer I extends z.ZodType } ? z.output<I> : Partial<StateOf<C>>;

/** What a completed run returns. */
export type OutputOf<C> = C extends { readonly output: infer O extends z.ZodType } ? z.output<O> : unknown;

/** The instance that a class makes; asked of `this` where a flow is driven, it finds `class B extends Flow<typeof A>`. */
export type Self<C> = C extends { readonly prototype: infer P } ? P : unknown;

/** The type argument of a flow. */
export type ShapeOf<F> = F extends { readonly "~types"?: infer C } ? Exclude<C, undefined> : never;

/** What may be given as an initial state: parts of it where a schema fills the rest, else all of it. */
export type InitialState<C> = C extends ClassLike ? Partial<StateOf<C>> : C;

/**
 * Rules for concurrent writes of the same place, by top-level key or dotted path.
 *
 * @example
 * static merge = { fetched: "sum", "meta.tags": "union" } satisfies MergeRules<z.output<typeof Prices.state>>;
 */
export type MergeRules<S> = { readonly [P in (keyof S & string) | `${keyof S & string}.${string}`]?: MergeRule };

type AnyFunction = (...args: any[]) => any;

/** A value as it may be read but not changed. Dates, URLs and binary data stay as they are. */
export type DeepReadonly<T> = T extends AnyFunction | Date | RegExp | URL | ArrayBuffer | ArrayBufferView
  ? T
  : T extends ReadonlyMap<infer K, infer V>
    ? ReadonlyMap<DeepReadonly<K>, DeepReadonly<V>>
    : T extends ReadonlySet<infer V>
      ? ReadonlySet<DeepReadonly<V>>
      : T extends object
        ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
        : T;
