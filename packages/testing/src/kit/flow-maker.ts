/** How the kit makes the flow that it drives: with options of its own, in place of those that a program would give. */
import {
  type FlowClock,
  FlowError,
  FlowEvents,
  type FlowLogger,
  type FlowPersistence,
  type FlowPlan,
  type KickoffInputs,
  MemoryPersistence,
  type Outputs,
  type StepHarness,
} from "millrace";

/** What the kit gives to a flow: to be handed on to `super(options)`. */
export interface KitOptions {
  readonly persistence: FlowPersistence;
  readonly events: FlowEvents;
  readonly clock: FlowClock;
  readonly harness: StepHarness;
  readonly strict: boolean;
  readonly logger?: FlowLogger;
  readonly maxCalls?: number;
}

/**
 * A flow class whose constructor takes `FlowOptions`, or a function that makes the flow with the options that it is given:
 * `(options) => new Review(api, options)`.
 */
export type FlowMaker<F> = (new (options: KitOptions) => F) | ((options: KitOptions) => F);

/** The type argument of a flow: its class, or its state. */
export type Shape<F> = F extends { readonly "~types"?: infer C } ? Exclude<C, undefined> : never;

/**
 * Whether a flow's type is known yet. While TypeScript looks at a call whose first argument is a function, it asks whether the
 * other arguments fit before it has looked at what the function makes.
 */
type IsUnknown<F> = [Shape<F>] extends [never] ? true : false;

/** What `kickoff` is given. */
export type Inputs<F> = IsUnknown<F> extends true ? unknown : KickoffInputs<Shape<F>>;

/** The names of a flow's methods. */
export type StepName<F> = IsUnknown<F> extends true ? string : keyof Outputs<F> & string;

/** A flow as the kit drives it, whatever its types. */
export interface DrivenFlow {
  readonly state: unknown;
  readonly events: FlowEvents;
  readonly call: unknown;
}

/** @throws {FlowError} TEST_OPTION_INVALID – it is no flow, or it does not take the options that it was given */
export function makeFlow<F>(maker: FlowMaker<F>, options: KitOptions): F & DrivenFlow {
  const flow = (isClass(maker) ? new maker(options) : (maker as (options: KitOptions) => F)(options)) as F & DrivenFlow;
  if (flow?.events === options.events) return flow;
  const name = nameOf(maker);
  throw new FlowError("TEST_OPTION_INVALID", `${name} does not hand the options on that it is made with.`, {
    hint: `Let its constructor call super(options), or give a function: (options) => new ${name}(…, options).`,
  });
}

export function planOf(flow: object): FlowPlan {
  return (flow.constructor as unknown as { plan(): FlowPlan }).plan();
}

/** The plan of the flows that are made here. */
export function planOfMaker<F>(maker: FlowMaker<F>): FlowPlan {
  if (isClass(maker)) return (maker as unknown as { plan(): FlowPlan }).plan();
  const harness: StepHarness = (_, code) => code;
  const events = new FlowEvents();
  const clock: FlowClock = { now: () => 0, setTimer: () => () => undefined };
  return planOf(
    makeFlow(maker, { persistence: new MemoryPersistence(), events, clock, harness, strict: true }) as object,
  );
}

function isClass<F>(maker: FlowMaker<F>): maker is new (options: KitOptions) => F {
  return typeof maker.prototype === "object" && maker.prototype !== null && "kickoff" in maker.prototype;
}

const nameOf = (maker: unknown): string => (maker as { name?: string }).name || "The flow";
