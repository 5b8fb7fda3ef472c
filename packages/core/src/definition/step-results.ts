/**
 * What a step's return type says: its result, and the labels that a router may return with their payloads. Routes carry
 * phantom marks on the value's own type, so that a name carries exactly what the method returns, in generic flows too.
 */
import type { ShapeOf } from "./flow-shape.js";
import type { OwnKeys } from "./reserved-names.js";

export type AnyFn = (...args: any[]) => any;

/** The label `L` carrying a payload `P`. */
export type Route<L extends string, P> = L & { readonly "~route": { readonly label: L; readonly payload: P } };

export type AnyRoute = { readonly "~route": { readonly label: string; readonly payload: any } };

/**
 * `V`, put before a human: the outcomes `O` are labels that carry the feedback `F`. `T` is the outcome of silence, where that
 * has no feedback.
 */
export type Approval<V, O extends string, F, T extends string = never> = V & {
  readonly "~approval": { readonly outcome: O; readonly feedback: F; readonly silence: T };
};

export type AnyApproval = {
  readonly "~approval": { readonly outcome: string; readonly feedback: any; readonly silence: string };
};

/** What a human may decide of the approvals in an unwrapped result. */
export type OutcomesOf<R> = R extends { readonly "~approval": { readonly outcome: infer O } } ? O : never;

type AnyGenerator = AsyncGenerator<any, any, any> | Generator<any, any, any>;

/** A generator's yields are chunks; what it returns is its result. */
type GeneratorResult<R> = R extends AsyncGenerator<any, infer T, any> | Generator<any, infer T, any> ? T : never;

/**
 * One level only: `Promise<T>` of a generic flow gives `T`, where `Awaited<T>` would stay unresolved. Iterators and async
 * iterables are gathered when the step returns them.
 */
export type ResultOf<R> =
  R extends PromiseLike<infer U>
    ? U
    : R extends AnyGenerator
      ? GeneratorResult<R>
      : R extends AsyncIterable<infer E> | Iterator<infer E, any, any>
        ? E[]
        : R;

type Literal<R> = R extends string ? (string extends R ? never : R) : never;

type LabelOf<R> = R extends { readonly "~route": { readonly label: infer L } }
  ? L & string
  : R extends AnyApproval
    ? Literal<OutcomesOf<R>>
    : Literal<R>;

/** The labels in an unwrapped result, whatever else it holds. A list that is put before a human is no list of labels. */
export type LabelsOf<R> = R extends AnyApproval ? LabelOf<R> : R extends readonly (infer E)[] ? LabelOf<E> : LabelOf<R>;

/** What an outcome carries: silence may have no feedback. */
type Feedback<A, N> = A extends { readonly outcome: infer O; readonly feedback: infer F; readonly silence: infer T }
  ? N extends T
    ? F | undefined
    : N extends O
      ? F
      : never
  : never;

/** What the label `N` carries in an unwrapped result: the payload of its route, the feedback of its approval, else the label itself. */
export type LabelPayload<R, N> = R extends { readonly "~route": { readonly label: infer L; readonly payload: infer P } }
  ? N extends L
    ? P
    : never
  : R extends { readonly "~approval": infer A }
    ? Feedback<A, N>
    : R extends readonly (infer E)[]
      ? LabelPayload<E, N>
      : R extends string
        ? string extends R
          ? never
          : N extends R
            ? N
            : never
        : never;

/** The names of a flow's methods: what may be a step. */
export type StepNames<F> = [F] extends [never]
  ? never
  : { [K in OwnKeys<F>]: F[K] extends AnyFn ? K : never }[OwnKeys<F>];

/** Each step's latest result by name. Methods that are no steps are listed too, but stay undefined. */
export type Outputs<F> =
  ShapeOf<F> extends { readonly "~outputs": infer R }
    ? { readonly [K in keyof R]?: R[K] }
    : {
        readonly [K in OwnKeys<F> as F[K] extends AnyFn ? K : never]?: F[K] extends (...args: any[]) => infer R
          ? ResultOf<R>
          : never;
      };
