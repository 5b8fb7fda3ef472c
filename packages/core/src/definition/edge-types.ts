/**
 * How the compiler checks an edge. A decorator's type takes the method both ways that it may come: as TC39's
 * `(method, context)` and as `experimentalDecorators`' `(prototype, name, descriptor)`. It answers nothing, so that it cannot
 * change the method's type.
 */
import type { InputsOf, ShapeOf } from "./flow-shape.js";
import type { OwnKeys } from "./reserved-names.js";
import type { AnyApproval, AnyRoute, LabelsOf, OutcomesOf, ResultOf } from "./step-results.js";

/**
 * The names that a condition of a flow may wait for: its methods, and the labels in their return types. The compiler keeps
 * the results of conditional types, so that this is worked out once per flow and not once per decorator.
 */
export type TriggerNames<F> = [F] extends [never]
  ? never
  : { [K in OwnKeys<F>]: F[K] extends (...args: any[]) => infer R ? K | LabelsOf<ResultOf<R>> : never }[OwnKeys<F>];

export type StateIn<F> = F extends { readonly state: infer S } ? S : never;

/** What start steps of a flow are given. */
export type InputsIn<F> = InputsOf<ShapeOf<F>>;

type Where<F> = (ClassMethodDecoratorContext<F> & { static: false; private: false }) | string | symbol;

/** The decorator of a step of `F` that takes `In` and returns `Out`. */
export type StepDecorator<F, In extends readonly unknown[], Out> = (
  method: F | ((this: F, ...args: In) => Out),
  where: Where<F>,
  descriptor?: { value?: (this: F, ...args: In) => Out },
) => void;

/** As StepDecorator: a step that is called for batches, `X` says, returns what it has made of each element. */
export type ForEachDecorator<F, In extends readonly unknown[], Out, X> = (
  method: (F | ((this: F, ...args: In) => Out)) & BatchMissing<X, ResultOf<Out>>,
  where: Where<F>,
  descriptor?: { value?: (this: F, ...args: In) => Out },
) => void;

type AnyBatches = { readonly type: "batches" } | ((flow: any) => { readonly type: "batches" });
type BatchMissing<X, R> = 0 extends 1 & X
  ? unknown
  : X extends AnyBatches
    ? "~each" extends keyof R
      ? unknown
      : NotBatched
    : unknown;
type NotBatched = "a step that is called for batches returns batched(results)";

/** As StepDecorator, with checks that need to know `Out`. */
export type RouterDecorator<F, In extends readonly unknown[], Out, L extends string> = (
  method: (F | ((this: F, ...args: In) => Out)) & LabelClash<F, Out> & LabelMissing<L, Out> & Outcomes<Out>,
  where: Where<F>,
  descriptor?: { value?: (this: F, ...args: In) => Out },
) => void;

type LabelClash<F, R> = [Clashing<F, R>] extends [never]
  ? unknown
  : `label "${Clashing<F, R>}" is also the name of a step`;
type Clashing<F, R> = Extract<LabelsOf<ResultOf<R>>, OwnKeys<F>>;

type LabelMissing<L extends string, R> = [Exclude<LabelsOf<ResultOf<R>>, L>] extends [never]
  ? unknown
  : `label "${Exclude<LabelsOf<ResultOf<R>>, L>}" is missing in routes`;

type Outcomes<R> = [string] extends [OutcomesOf<ResultOf<R>>]
  ? "outcomes are string literals: write them into the approval, or `as const`"
  : unknown;

type NotLabels = "a router returns string literals: write `as const`, a return type, or route(label, payload)";
// biome-ignore lint/suspicious/noConfusingVoidType: a router without a return statement returns no label
type Labels = string | undefined | void | AnyRoute | AnyApproval | readonly (string | AnyRoute)[];

/** The constraint on what a router returns: itself when it is labels, else a message. */
export type RouterResult<R> = [ResultOf<R>] extends [Labels]
  ? string extends ResultOf<R>
    ? NotLabels
    : string[] extends ResultOf<R>
      ? NotLabels
      : unknown
  : NotLabels;
