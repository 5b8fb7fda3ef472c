/** What `flow("name")` answers: a flow, step by step. Each method answers a new builder; the one that it was called on stays as it is. */
import type { z } from "zod";
import type {
  DefinitionData,
  Duration,
  LabelPayload,
  LabelsOf,
  MergeRules,
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
  OutputRefs,
  ParamsOf,
  Refs,
  ReturnOf,
  Runs,
  StateIn,
  Values,
} from "./builder-types.js";
import type { BuiltFlow } from "./built-flow.js";
import type { ElementIn, Handed, Item, ItemValues } from "./heard-types.js";
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
type Fresh<K extends string, R> = string extends K
  ? K
  : // asking for one property costs the same however many there are; `keyof` would not
    R & Own extends { readonly [A in K]: unknown }
    ? `there is something named "${K}" already`
    : K;
interface Own {
  readonly input: unknown;
  readonly state: unknown;
}

/** Whether a step takes what it would be handed. */
type Accepts<P, H> = 0 extends 1 & H
  ? unknown
  : [H] extends [P]
    ? unknown
    : { readonly "takes something else than it is handed": P };

/** What a step is handed beside that if it is called at kickoff, too. */
type Started<I extends Schema, S extends Schema, T extends boolean> = [true] extends [T] ? InputsIn<I, S> : never;
/** Any, as long as it is not known what it returns: a function whose parameters are still to be typed is looked at without. */
type Labels<F> = F extends FlowStep ? never : unknown extends ReturnOf<F> ? string : LabelsOf<ReturnOf<F>>;
/** Each label that it may return, with its payload. */
type LabelPairs<F> = { readonly [A in Labels<F>]: readonly [A, LabelPayload<ReturnOf<F>, A>] }[Labels<F>];

/**
 * A flow, step by step. `I` and `S`: the schemas of inputs and state; `R`: results by step; `L`: payloads by label; `O`: what a run
 * returns; `N`: the names that may be linked; `M`: the steps that are called per element.
 */
export interface FlowBuilder<I extends Schema, S extends Schema, R, L, O, N extends string, M extends string>
  extends BuilderLike {
  /** Types only. */
  readonly "~types"?: BuiltShape<I, S, R, O>;

  /** What a run is started with. Without it: parts of the state. */
  input<Z extends z.ZodType>(schema: Z): FlowBuilder<Z, S, R, L, O, N, M>;
  /** What steps share, read and changed by `tools.state`; its defaults make the state at the start. */
  state<Z extends z.ZodType<object>>(schema: Z): FlowBuilder<I, Z, R, L, O, N, M>;
  version(version: string): FlowBuilder<I, S, R, L, O, N, M>;
  /** Rules for steps that write the same place of the state at the same time. */
  merge(rules: MergeRules<StateIn<S>>): FlowBuilder<I, S, R, L, O, N, M>;
  /** A signal that references may lead to; one that only stands in `on` need not be declared. */
  signal<const K extends string, P, G>(signal: Signal<K, P, G>): FlowBuilder<I, S, R, L | readonly [K, P], O, N, M>;

  /** Under the function's own name, which the compiler does not know: refer to it by `ref("name.part")`. */
  step<F extends Runs<never, I, S>, const B extends Given<ParamsOf<F>>>(
    run: F,
    params: (refs: Refs<I, S, R, L, M>) => B,
    options?: RepeatOf<F> & BuiltStepOptions<Values<I, S, R, M>> & HeardOptions<R>,
  ): FlowBuilder<I, S, R, L, O, string, M>;
  step<F extends Runs<InputsIn<I, S>, I, S>>(
    run: F & Accepts<ParamsOf<F>, InputsIn<I, S>>,
    options?: RepeatOf<F> & BuiltStepOptions<Values<I, S, R, M>>,
  ): FlowBuilder<I, S, R, L, O, string, M>;

  /**
   * A step whose parameters are made of references, each of which is an edge: it runs when all that it refers to is there. (It
   * stands here to be found at once, and again as the last, of which the compiler tells where none fits.)
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
    params: (refs: Refs<I, S, R, L, M> & Item<R, E, M>) => B,
    options?: RepeatOf<F> &
      BuiltStepOptions<Values<I, S, R, M> & ItemValues<R, E, M>> &
      HeardOptions<R> & {
        readonly forEach?: EachOptions<unknown, E>["forEach"];
      },
  ): FlowBuilder<I, S, R & { readonly [A in K]: ReturnOf<F> }, L, O, N | K, M | ([E] extends [never] ? never : K)>;
  /** With `on` and no parameters: it is given what the condition hands over. */
  step<
    const K extends string,
    F extends Runs<Handed<R, L, X> | Started<I, S, T>, I, S>,
    const X extends BuiltCondition<R> = never,
    const T extends boolean = false,
  >(
    name: Fresh<K, R>,
    run: F,
    options: RepeatOf<F> & OnOptions<Values<I, S, R, M>, X, T>,
  ): FlowBuilder<I, S, R & { readonly [A in K]: ReturnOf<F> }, L, O, N | K, M>;
  /** Called per element of a list, which it is given. */
  step<const K extends string, F extends Runs<ElementIn<R, E, M>, I, S>, const E extends Names<R> = never>(
    name: Fresh<K, R>,
    run: F,
    options: RepeatOf<F> & EachOptions<Values<I, S, R, M> & ItemValues<R, E, M>, E>,
  ): FlowBuilder<I, S, R & { readonly [A in K]: ReturnOf<F> }, L, O, N | K, M | K>;
  /** Without parameters: it is given the inputs of the flow. */
  step<const K extends string, F extends Runs<InputsIn<I, S>, I, S>>(
    name: Fresh<K, R>,
    run: F & Accepts<ParamsOf<F>, InputsIn<I, S>>,
    options?: RepeatOf<F> & BuiltStepOptions<Values<I, S, R, M>>,
  ): FlowBuilder<I, S, R & { readonly [A in K]: ReturnOf<F> }, L, O, N | K, M>;
  /** The same as the first. */
  step<
    const K extends string,
    F extends Runs<never, I, S>,
    const B extends Given<ParamsOf<F>>,
    const E extends Names<R> = never,
  >(
    name: Fresh<K, R>,
    run: F,
    params: (refs: Refs<I, S, R, L, M> & Item<R, E, M>) => B,
    options?: RepeatOf<F> &
      BuiltStepOptions<Values<I, S, R, M> & ItemValues<R, E, M>> &
      HeardOptions<R> & {
        readonly forEach?: EachOptions<unknown, E>["forEach"];
      },
  ): FlowBuilder<I, S, R & { readonly [A in K]: ReturnOf<F> }, L, O, N | K, M | ([E] extends [never] ? never : K)>;

  /** A step whose return value names what happens next: labels, as a router of a class returns them. */
  router<
    const K extends string,
    const F extends Runs<Handed<R, L, X> | Started<I, S, T>, I, S>,
    const X extends BuiltCondition<R> = never,
    const T extends boolean = false,
  >(
    name: Fresh<K, R>,
    run: F,
    options: OnOptions<Values<I, S, R, M>, X, T> & RoutesOptions<Labels<F>>,
  ): FlowBuilder<I, S, R & { readonly [A in K]: ReturnOf<F> }, L | LabelPairs<F>, O, N | K, M>;
  router<const K extends string, const F extends Runs<InputsIn<I, S>, I, S>>(
    name: Fresh<K, R>,
    run: F,
    options?: BuiltStepOptions<Values<I, S, R, M>> & RoutesOptions<Labels<F>>,
  ): FlowBuilder<I, S, R & { readonly [A in K]: ReturnOf<F> }, L | LabelPairs<F>, O, N | K, M>;
  router<const K extends string, const F extends Runs<never, I, S>, const B extends Given<ParamsOf<F>>>(
    name: Fresh<K, R>,
    run: F,
    params: (refs: Refs<I, S, R, L, M>) => B,
    options?: BuiltStepOptions<Values<I, S, R, M>> & RoutesOptions<Labels<F>> & HeardOptions<R>,
  ): FlowBuilder<I, S, R & { readonly [A in K]: ReturnOf<F> }, L | LabelPairs<F>, O, N | K, M>;

  /** An edge without data: `to` waits for `from`; where `when` says no, it is skipped. */
  link<const K extends N>(
    from: K,
    to: N,
    options?: { readonly when?: (values: Values<I, S, R, M, K>) => boolean },
  ): FlowBuilder<I, S, R, L, O, N, M>;

  /** What a run returns. A step that did not run is `undefined` in it, unless `orElse` says otherwise. */
  output<const B>(make: (refs: OutputRefs<I, S, R, M>) => B): FlowBuilder<I, S, R, L, Made<B>, N, M>;
  /** The same, checked by a schema; without `make` it checks what the last step returns. */
  output<Z extends z.ZodType>(
    schema: Z,
    make?: (refs: OutputRefs<I, S, R, M>) => Given<z.input<Z>>,
  ): FlowBuilder<I, S, R, L, z.output<Z>, N, M>;

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
