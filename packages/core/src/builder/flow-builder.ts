/** What `flow("name")` answers: a flow, step by step. Each method answers a new builder; the one that it was called on stays as it is. */
import type { z } from "zod";
import type {
  DefinitionData,
  Duration,
  ElementOf,
  LabelPayload,
  LabelsOf,
  MergeRules,
  Payload,
  RetryOptions,
  Signal,
  StepOrigin,
} from "../definition/index.js";
import type { FlowGraph, FlowPlan } from "../plan/index.js";
import type { DefinedFlow, FlowOptions, PicturePlot } from "../runtime/index.js";
import type {
  BuilderLike,
  BuiltShape,
  FlowStep,
  Given,
  InputsIn,
  Made,
  ParamsOf,
  Refs,
  RefTo,
  ReturnOf,
  Runs,
  StateIn,
  Values,
} from "./builder-types.js";
import type { BuiltFlow } from "./built-flow.js";
import type { FlowSpec, Repeat } from "./spec.js";

type Schema = z.ZodType | undefined;
type Names<R> = keyof R & string;

/** What every step takes last. `V` is what predicates are given. */
export interface BuiltStepOptions<V> {
  /** Checks the parameters, and makes what the step is given. */
  readonly params?: z.ZodType;
  /** Asked once per call, before it; false: the call is skipped, and what depends on it does not run. */
  readonly when?: (values: V) => boolean;
  readonly retry?: RetryOptions;
  /** For each attempt. @default none */
  readonly timeout?: Duration;
  /** What it is, for pictures and messages. */
  readonly origin?: StepOrigin;
}

/** A condition, as decorators take it: names, `or(…)`, `and(…)`, a signal. Names of later steps and labels may stand in it, too. */
export type BuiltCondition<R> = Names<R> | (string & {}) | { readonly type: string };

export interface OnOptions<V, X, T extends boolean = boolean> extends BuiltStepOptions<V> {
  /** This alone decides when the step is called. References lead to the newest results then, and to what it hands over. */
  readonly on: X;
  /** Called at kickoff, too: with the inputs, where it has no parameters of its own. @default false */
  readonly start?: T;
}

/** `on` of a step with parameters of its own. */
interface HeardOptions<R> {
  readonly on?: BuiltCondition<R>;
  /** Called at kickoff, too; beside `on`. @default false */
  readonly start?: boolean;
}

export interface EachOptions<V, E> extends BuiltStepOptions<V> {
  /**
   * Called once per element of what this step returns. If that is called per element itself: once per result of it, as soon as that
   * is there.
   */
  readonly forEach: E | { readonly over: E; readonly concurrency?: number; readonly onError?: "fail" | "collect" };
}

export interface RoutesOptions<L> {
  /** All labels that it may return. Declare them where a loop or an `or` depends on them. */
  readonly routes?: readonly L[];
}

/** Done again while it says so; of a step that is called per element, for each. */
interface RepeatOf<F> {
  readonly repeat?: Repeat<NoInfer<ReturnOf<F>>>;
}

/** A name that no step has yet. */
type Fresh<K, R> = K extends keyof R | "input" | "state" ? `there is something named "${K & string}" already` : K;

/** Whether a step takes what it would be handed. */
type Accepts<P, H> = 0 extends 1 & H
  ? unknown
  : [H] extends [P]
    ? unknown
    : { readonly "takes something else than it is handed": P };

/** The flow so far as decorators see one: for the payloads of conditions. */
type Methods<R> = { readonly [K in keyof R]: () => R[K] };

/** What a condition hands over; anything, where it waits for what comes later. */
type Handed<R, L, X> = [Exclude<NamesIn<X>, keyof R | keyof L>] extends [never] ? Payload<Methods<R>, X> : Anything;
/** What a step is handed beside that if it is called at kickoff, too. */
type Started<I extends Schema, S extends Schema, T extends boolean> = [true] extends [T] ? InputsIn<I, S> : never;
type NamesIn<X> = X extends string
  ? X
  : X extends { readonly of: readonly (infer A)[] }
    ? NamesIn<A>
    : X extends { readonly step: infer A }
      ? NamesIn<A>
      : never;
// biome-ignore lint/suspicious/noExplicitAny: what is not known yet
type Anything = any;

type Element<R, E extends keyof R> = ElementOf<R[E]>;
type And<R, K extends string, T> = R & { readonly [N in K]: T };
/** Any, as long as it is not known what it returns: a function whose parameters are still to be typed is looked at without. */
type Labels<F> = F extends FlowStep ? never : unknown extends ReturnOf<F> ? string : LabelsOf<ReturnOf<F>>;
type WithLabels<L, F> = L & { readonly [N in Labels<F>]: LabelPayload<ReturnOf<F>, N> };

/**
 * A flow, step by step. `I` and `S`: the schemas of inputs and state; `R`: results by step; `L`: payloads by label; `O`: what a run
 * returns; `N`: the names that may be linked.
 */
export interface FlowBuilder<I extends Schema, S extends Schema, R, L, O, N extends string> extends BuilderLike {
  /** Types only. */
  readonly "~types"?: BuiltShape<I, S, R, O>;

  /** What a run is started with. Without it: parts of the state. */
  input<Z extends z.ZodType>(schema: Z): FlowBuilder<Z, S, R, L, O, N>;
  /** What steps share, read and changed by `tools.state`; its defaults make the state at the start. */
  state<Z extends z.ZodType<object>>(schema: Z): FlowBuilder<I, Z, R, L, O, N>;
  version(version: string): FlowBuilder<I, S, R, L, O, N>;
  /** Rules for steps that write the same place of the state at the same time. */
  merge(rules: MergeRules<StateIn<S>>): FlowBuilder<I, S, R, L, O, N>;
  /** A signal that references may lead to; one that only stands in `on` need not be declared. */
  signal<const K extends string, P, G>(
    signal: Signal<K, P, G>,
  ): FlowBuilder<I, S, R, L & { readonly [N in K]: P }, O, N>;

  /** Under the function's own name, which the compiler does not know: refer to it by `ref("name.part")`. */
  step<F extends Runs<never, I, S>, const B extends Given<ParamsOf<F>>>(
    run: F,
    params: (refs: Refs<I, S, R, L>) => B,
    options?: RepeatOf<F> & BuiltStepOptions<Values<I, S, R>> & HeardOptions<R>,
  ): FlowBuilder<I, S, R, L, O, string>;
  step<F extends Runs<InputsIn<I, S>, I, S>>(
    run: F & Accepts<ParamsOf<F>, InputsIn<I, S>>,
    options?: RepeatOf<F> & BuiltStepOptions<Values<I, S, R>>,
  ): FlowBuilder<I, S, R, L, O, string>;

  /** With `on` and no parameters: it is given what the condition hands over. */
  step<
    const K extends string,
    F extends Runs<Handed<R, L, X> | Started<I, S, T>, I, S>,
    const X extends BuiltCondition<R>,
    const T extends boolean = false,
  >(
    name: Fresh<K, R>,
    run: F,
    options: RepeatOf<F> & OnOptions<Values<I, S, R>, X, T>,
  ): FlowBuilder<I, S, And<R, K, ReturnOf<F>>, L, O, N | K>;
  /** Called per element of a list, which it is given. */
  step<const K extends string, F extends Runs<Element<R, E>, I, S>, const E extends Names<R>>(
    name: Fresh<K, R>,
    run: F,
    options: RepeatOf<F> & EachOptions<Values<I, S, R>, E>,
  ): FlowBuilder<I, S, And<R, K, ReturnOf<F>[]>, L, O, N | K>;
  /** Without parameters: it is given the inputs of the flow. */
  step<const K extends string, F extends Runs<InputsIn<I, S>, I, S>>(
    name: Fresh<K, R>,
    run: F & Accepts<ParamsOf<F>, InputsIn<I, S>>,
    options?: RepeatOf<F> & BuiltStepOptions<Values<I, S, R>>,
  ): FlowBuilder<I, S, And<R, K, ReturnOf<F>>, L, O, N | K>;
  /**
   * A step whose parameters are made of references, each of which is an edge: it runs when all that it refers to is there.
   * @throws {FlowError} DEFINITION_REFERENCE_MISUSED – a reference is used as if it were the value
   */
  step<
    const K extends string,
    F extends Runs<never, I, S>,
    const B extends Given<ParamsOf<F>>,
    const E extends Names<R> = never,
  >(
    name: Fresh<K, R>,
    run: F,
    params: (refs: Refs<I, S, R, L> & Item<R, E>) => B,
    options?: RepeatOf<F> &
      BuiltStepOptions<Values<I, S, R>> &
      HeardOptions<R> & {
        readonly forEach?: EachOptions<unknown, E>["forEach"];
      },
  ): FlowBuilder<I, S, And<R, K, Many<F, E>>, L, O, N | K>;

  /** A step whose return value names what happens next: labels, as a router of a class returns them. */
  router<
    const K extends string,
    const F extends Runs<Handed<R, L, X> | Started<I, S, T>, I, S>,
    const X extends BuiltCondition<R>,
    const T extends boolean = false,
  >(
    name: Fresh<K, R>,
    run: F,
    options: OnOptions<Values<I, S, R>, X, T> & RoutesOptions<Labels<F>>,
  ): FlowBuilder<I, S, And<R, K, ReturnOf<F>>, WithLabels<L, F>, O, N | K>;
  router<const K extends string, const F extends Runs<InputsIn<I, S>, I, S>>(
    name: Fresh<K, R>,
    run: F,
    options?: BuiltStepOptions<Values<I, S, R>> & RoutesOptions<Labels<F>>,
  ): FlowBuilder<I, S, And<R, K, ReturnOf<F>>, WithLabels<L, F>, O, N | K>;
  router<const K extends string, const F extends Runs<never, I, S>, const B extends Given<ParamsOf<F>>>(
    name: Fresh<K, R>,
    run: F,
    params: (refs: Refs<I, S, R, L>) => B,
    options?: BuiltStepOptions<Values<I, S, R>> & RoutesOptions<Labels<F>> & HeardOptions<R>,
  ): FlowBuilder<I, S, And<R, K, ReturnOf<F>>, WithLabels<L, F>, O, N | K>;

  /** An edge without data: `to` waits for `from`; where `when` says no, it is skipped. */
  link<const K extends N>(
    from: K,
    to: N,
    options?: { readonly when?: (values: Values<I, S, R, K>) => boolean },
  ): FlowBuilder<I, S, R, L, O, N>;

  /** What a run returns. A step that did not run is `undefined` in it, unless `orElse` says otherwise. */
  output<const B>(make: (refs: Refs<I, S, R, L>) => B): FlowBuilder<I, S, R, L, Made<B>, N>;
  /** The same, checked by a schema; without `make` it checks what the last step returns. */
  output<Z extends z.ZodType>(
    schema: Z,
    make?: (refs: Refs<I, S, R, L>) => Given<z.input<Z>>,
  ): FlowBuilder<I, S, R, L, z.output<Z>, N>;

  /**
   * The flow, to be driven.
   * @throws {FlowError} PLAN_INVALID – with all problems of the flow
   */
  compile(options?: FlowOptions<BuiltShape<I, S, R, O>>): BuiltFlow<BuiltShape<I, S, R, O>>;
  /** The flow as a class, of which instances are made as of any other. @throws {FlowError} PLAN_INVALID – with all problems of the flow */
  toClass(): DefinedFlow<BuiltShape<I, S, R, O>>;
  /** The compiled plan. @throws {FlowError} PLAN_INVALID – with all problems of the flow */
  plan(): FlowPlan;
  /** A drawing of the flow, as a class's `plot` makes it. @throws {FlowError} PLAN_INVALID – with all problems of the flow */
  plot(options?: { readonly format?: "mermaid" }): string;
  plot(options: { readonly format: "json" }): FlowGraph;
  plot(options: PicturePlot): string;
  /** The flow written down: `fromDefinition` makes a flow of it again, with the same plan and hash. */
  toDefinition(): DefinitionData;
  /** The flow as it is handed to `lowerFlow`. */
  toSpec(): FlowSpec;
}

type Item<R, E extends keyof R> = [E] extends [never]
  ? unknown
  : { readonly item: RefTo<Element<R, E>>; readonly index: RefTo<number> };
type Many<F, E> = [E] extends [never] ? ReturnOf<F> : ReturnOf<F>[];
