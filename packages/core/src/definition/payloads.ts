/**
 * What a condition hands to its step: from the flow's class and the condition's type to the payload's type.
 * Every conditional ends in `NoInfer`, so that the name in a decorator alone decides and the method is only checked.
 */
import type { FlowError } from "../errors/index.js";
import type { Group, Unchecked } from "./conditions.js";
import type { OwnKeys } from "./reserved-names.js";
import type { Signal } from "./signal.js";
import type { AnyFn, LabelPayload, LabelsOf, ResultOf } from "./step-results.js";

/** How a step came out, as `settled("x")` hands it over. */
export type Settled<T> =
  | { readonly status: "completed"; readonly value: T }
  | { readonly status: "skipped" }
  | { readonly status: "failed"; readonly error: FlowError };

/** Names of public members cling to references, so that an `and` of them can have a record. */
export interface RefName<N extends string> {
  readonly "~ref"?: N;
}

/** What `f` is in `f => f.step`: the flow, its public members marked with their names. */
export type References<F> = F & { readonly [K in OwnKeys<F>]: F[K] & RefName<K> };

/** The payload of a condition `X` in a flow `F`. */
export type Payload<F, X> = [Group<"or", readonly never[]>] extends [X]
  ? any
  : X extends (flow: any) => infer Y
    ? PayloadOf<F, Y>
    : PayloadOf<F, X>;

type PayloadOf<F, X> = X extends string
  ? NamePayload<F, X>
  : X extends GroupOf<"and", infer A>
    ? Joined<F, A>
    : X extends GroupOf<"atLeast", infer A>
      ? Partial<Joined<F, A>>
      : X extends GroupOf<"or" | "each" | "race" | "keep", infer A>
        ? PayloadOf<F, A[number]>
        : LeafPayload<F, X>;

/** Without the marks of `Group`, which say nothing about the payload. */
interface GroupOf<K, A extends readonly unknown[]> {
  readonly type: K;
  readonly of: A;
}

type LeafPayload<F, X> = X extends { readonly type: "failed" }
  ? FlowError
  : X extends { readonly type: "settled"; readonly step: infer S }
    ? Settled<PayloadOf<F, S>>
    : X extends { readonly type: "collect"; readonly step: infer S }
      ? CollectedOf<F, S>[]
      : X extends {
            readonly type: "elements";
            readonly step: infer S;
            readonly with: infer W extends readonly unknown[];
          }
        ? (W extends readonly [] ? EachOf<PayloadOf<F, S>> : Handed<F, readonly [S, ...W]>)[]
        : X extends { readonly type: "batches"; readonly of: infer Y }
          ? ElementOf<PayloadOf<F, Y>>[][]
          : X extends Signal<string, infer P, any>
            ? P
            : X extends Unchecked<string, infer P>
              ? P
              : X extends (...args: any[]) => infer R
                ? ResultOf<R>
                : never;

/** How each element came out, or what a step returned for it. */
type CollectedOf<F, S> = S extends { readonly type: "settled"; readonly step: infer N }
  ? Settled<EachOf<PayloadOf<F, N>>>
  : EachOf<PayloadOf<F, S>>;

/** Of a batch, what it holds for each element. */
type EachOf<R> = R extends readonly (infer E)[] ? ("~each" extends keyof R ? E : R) : R;

/** What elements have with them, by name. */
type Handed<F, A extends readonly unknown[]> = HasNameless<A> extends true ? any : Simplify<HandedBy<F, A>>;

type HandedBy<F, A extends readonly unknown[]> = A extends readonly [infer H, ...infer T]
  ? (H extends GroupOf<"each", readonly [infer L]>
      ? { [N in KeyOf<L>]: ElementOf<PayloadOf<F, L>> }
      : { [N in KeyOf<H>]: EachOf<PayloadOf<F, H>> }) &
      HandedBy<F, T>
  : unknown;

/** A step's result, a label's payload, or the label itself. */
type NamePayload<F, N> = N extends keyof F
  ? F[N] extends (...args: any[]) => infer R
    ? ResultOf<R>
    : NoInfer<N>
  : // Asking for one property costs the same however many there are; `keyof` would not.
    LabelMakers<F> extends { readonly [P in N & string]: infer R }
    ? NoInfer<LabelPayload<R, N>>
    : NoInfer<N>;

/** By label, the results of the methods that may return it: made once per flow, so that many labels cost no more each. */
type LabelMakers<F> = {
  [K in OwnKeys<F> as F[K] extends (...args: any[]) => infer R ? LabelsOf<ResultOf<R>> : never]: F[K] extends (
    ...args: any[]
  ) => infer R
    ? ResultOf<R>
    : never;
};

type Simplify<T> = { [K in keyof T]: T[K] } & {};

/** The record of an `and`. A reference to a private step and `unchecked<P>()` have no name that the
 * compiler could read: then it is not checked. */
type Joined<F, A extends readonly unknown[]> = HasNameless<A> extends true ? any : Simplify<Entries<F, A>>;

type Entries<F, A extends readonly unknown[]> = A extends readonly [infer H, ...infer T]
  ? Entry<F, H> & Entries<F, T>
  : unknown;

type Entry<F, H> =
  H extends GroupOf<"and" | "keep", infer I>
    ? Entries<F, I>
    : H extends GroupOf<string, infer I>
      ? Partial<Entries<F, I>>
      : { [N in KeyOf<H>]: PayloadOf<F, H> };

/** The key that a leaf has in a record. */
type KeyOf<L> = L extends string
  ? L
  : L extends AnyFn
    ? RefKey<L>
    : L extends { readonly name: infer N extends string }
      ? Known<N>
      : L extends { readonly step: infer S }
        ? KeyOf<S>
        : never;

type Known<N extends string> = string extends N ? never : N;

type RefKey<L> = "~ref" extends keyof L ? Extract<L["~ref"], string> : never;

/** Whether a group holds, at any depth, a leaf without a key. */
type HasNameless<A extends readonly unknown[]> = A extends readonly [infer H, ...infer T]
  ? H extends GroupOf<string, infer I>
    ? HasNameless<[...I, ...T]>
    : [KeyOf<H>] extends [never]
      ? true
      : HasNameless<T>
  : false;

/** An element of what a condition hands over: of an array, of a Set, a pair of a Map, of what a step's promise brings to iterate. */
export type ElementOf<P> = 0 extends 1 & P
  ? any
  : P extends string
    ? NotList
    : P extends Iterable<infer E> | AsyncIterable<infer E>
      ? E
      : NotList;

type NotList = "forEach needs a step that returns a list: an array, a Set or a Map";
