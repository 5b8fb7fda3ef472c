/**
 * What the compiler knows of a flow while it is built: the schemas of inputs and state, and by name what its steps return. From
 * these come the types of references, of what a step may be given, and of what it returns.
 */
import type { z } from "zod";
import type {
  DeepReadonly,
  InputsOf,
  KickoffInputs,
  OutputOf,
  ResultOf,
  ShapeOf,
  StateOf,
} from "../definition/index.js";
import type { Flow, StepTools } from "../runtime/index.js";
import type { Template } from "./binding.js";
import type { Ref } from "./ref.js";

type Schema = z.ZodType | undefined;

/** The type argument of a built flow: what a class has as statics. `I` and `S` are the schemas of inputs and state. */
export type BuiltShape<I extends Schema, S extends Schema, R, O> = {
  readonly prototype: object;
  readonly output: z.ZodType<O>;
  readonly "~outputs": R;
} & (I extends z.ZodType ? { readonly inputs: I } : unknown) &
  (S extends z.ZodType ? { readonly state: S } : unknown);

export type InputsIn<I extends Schema, S extends Schema> = InputsOf<BuiltShape<I, S, object, unknown>>;
export type StateIn<S extends Schema> = StateOf<BuiltShape<undefined, S, object, unknown>>;

/** A reference to a `T`: its members are references to those of `T`. */
export type RefTo<T> = 0 extends 1 & T ? AnyRef : Ref<T> & Members<NonNullable<T>, Missing<T>>;

/** To what the compiler does not know. */
// biome-ignore lint/suspicious/noExplicitAny: anything may be there
export interface AnyRef extends Ref<any> {
  readonly [key: string]: AnyRef;
}

/** What a member of something that may not be there is as well. */
type Missing<T> = [Extract<T, null | undefined>] extends [never] ? never : undefined;

type Whole =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | Date
  | RegExp
  | URL
  | ReadonlyMap<never, never>
  | ReadonlySet<never>;
// biome-ignore lint/suspicious/noExplicitAny: any function
type AnyFunction = (...args: any[]) => any;

type Members<T, M> = [T] extends [readonly (infer E)[]]
  ? { readonly [index: number]: RefTo<E | undefined>; readonly length: RefTo<number | M> }
  : [T] extends [Whole | AnyFunction]
    ? unknown
    : { readonly [K in KeyOf<T>]: RefTo<MemberOf<T, K> | M> };

/** Of a union: what any of its parts has. */
type KeyOf<T> = T extends unknown ? keyof T & string : never;
type MemberOf<T, K> = T extends unknown ? (K extends keyof T ? T[K] : undefined) : never;

/** Labels and signals are kept as pairs of a name and what it carries: one label that two routers return carries either. */
export type LabelNames<L> = L extends readonly [infer A extends string, unknown] ? A : never;
export type LabelValue<L, K> = L extends readonly [infer A, infer P] ? (K extends A ? P : never) : never;

/**
 * All that there is to refer to. `R`: results by step, `L`: labels with their payloads, `M`: the steps that are called per element,
 * whose results are a list.
 */
export type Refs<I extends Schema, S extends Schema, R, L, M = never> = {
  readonly [K in keyof R]: RefTo<K extends M ? R[K][] : R[K]>;
} & { readonly [K in LabelNames<L>]: RefTo<LabelValue<L, K>> } & {
  readonly input: RefTo<InputsIn<I, S>>;
  readonly state: RefTo<StateIn<S>>;
};

/** What the run's result may be made of: nothing has collected what was called per element, and labels are over. */
export type OutputRefs<I extends Schema, S extends Schema, R, M = never> = Refs<
  I,
  S,
  { readonly [K in Exclude<keyof R, M>]: R[K] },
  never
>;

/** What may be written where a `P` is wanted: a `P`, a reference to one, a template, or the same inside of it. */
export type Given<P> = 0 extends 1 & P
  ? unknown
  : unknown extends P
    ? unknown
    : P | Ref<P> | (string extends P ? Template : never) | Parts<P>;

type Parts<P> = P extends Whole | AnyFunction | null | undefined
  ? never
  : P extends readonly (infer E)[]
    ? readonly Given<E>[]
    : P extends object
      ? { readonly [K in keyof P]: Given<P[K]> }
      : never;

/** What a tree of references becomes. */
export type Made<B> =
  B extends Ref<infer T>
    ? T
    : B extends Template
      ? string
      : B extends Whole | AnyFunction
        ? B
        : B extends object
          ? { -readonly [K in keyof B]: Made<B[K]> }
          : B;

/** What runs as a step of a flow with this state and these inputs, given a `P`. */
export type Runs<P, I extends Schema, S extends Schema> =
  | ((given: P, tools: StepTools<StateIn<S>, InputsIn<I, S>>) => unknown)
  | FlowStep;

/** A class of flows, a flow, or a builder of one: it runs as a flow of its own. */
export type FlowStep = FlowStepClass | FlowStepInstance;
// biome-ignore lint/suspicious/noExplicitAny: whatever it is made of
type FlowStepClass = new (options?: any) => Flow<any>;
// biome-ignore lint/suspicious/noExplicitAny: whatever its state is
type FlowStepInstance = Flow<any> | BuilderLike;

/** A builder, as far as it is looked at as a step. */
export interface BuilderLike {
  readonly "~types"?: unknown;
  toClass(): unknown;
}

type ShapeIn<F> = ShapeOf<F extends abstract new (...options: infer _) => infer T ? T : F>;

/** What a step takes. */
export type ParamsOf<F> = F extends (given: infer P, ...more: infer _) => unknown ? P : KickoffInputs<ShapeIn<F>>;

/** What a step that is called once returns. */
export type ReturnOf<F> = F extends (...given: infer _) => infer Out ? StreamedResult<Out> : OutputOf<ShapeIn<F>>;

type StreamedResult<Out> = Out extends Generator<infer E, infer V, infer _> | AsyncGenerator<infer E, infer V, infer _>
  ? Gathered<E, V>
  : ResultOf<Out>;

// biome-ignore lint/suspicious/noConfusingVoidType: a generator without a return statement
type Nothing = void | undefined;

/** What a generator returns, else what it has yielded: texts as one. */
type Gathered<E, V> =
  | Exclude<V, Nothing>
  | (Extract<V, Nothing> extends never ? never : [E] extends [string] ? string : E[]);

/** What predicates are given; of the steps `K` there surely is a result. */
export type Values<I extends Schema, S extends Schema, R, M = never, K = never> = {
  readonly [N in keyof R]: DeepReadonly<N extends M ? R[N][] : R[N]> | (N extends K ? never : undefined);
} & { readonly input: DeepReadonly<InputsIn<I, S>>; readonly state: DeepReadonly<StateIn<S>> };
