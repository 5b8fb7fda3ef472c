/** What a step's function is given beside its parameters: what a method of a class has on `this`. */
import type { CallSources, StepCall } from "../definition/index.js";
import { callHere } from "./current-call.js";
import type { Flow } from "./flow.js";

/**
 * The second argument of a step's function; it may be taken apart, `(given, { state, once }) => …`. `S` is the flow's state,
 * `I` its inputs.
 */
// biome-ignore lint/suspicious/noExplicitAny: a function may be written for whatever flow it will be a step of
export interface StepTools<S = any, I = any>
  extends Pick<Flow<object>, "once" | "sleep" | "ask" | "emit" | "runFlow" | "addUsage"> {
  /** The call's own draft of the state, to be changed at will; committed with the step's result. */
  readonly state: S;
  readonly call: StepCall;
  /** What the run was started with. */
  readonly inputs: I;
}

type AnyFlow = Flow<object>;

const made = new WeakMap<object, FlowTools>();

/**
 * What a step's method has on `this`, for a function that is no method: its members may be taken apart. One for all calls of an
 * instance: which call it is, each member finds out when it is read.
 *
 * @example
 * const save = ({ text }: { text: string }, { once }: StepTools) => once("save", () => store(text));
 * class Notes extends Flow {
 *   @start() note() { return save({ text: "hello" }, toolsOf(this)); }
 * }
 */
export function toolsOf(flow: object): StepTools {
  let tools = made.get(flow);
  if (!tools) {
    tools = new FlowTools(flow as AnyFlow);
    made.set(flow, tools);
  }
  return tools;
}

/**
 * The tools of the step that is running here, for functions that are handed neither `this` nor tools: libraries that steps call.
 *
 * @throws {FlowError} STATE_OUTSIDE_STEP – no step is running here
 * @example
 * async function price(article: string) {
 *   const { once, addUsage } = stepTools();
 *   addUsage({ lookups: 1 });
 *   return once(`price of ${article}`, () => shop.price(article));
 * }
 */
export function stepTools(): StepTools {
  return toolsOf(callHere("stepTools()").run.instance);
}

class FlowTools implements StepTools {
  readonly #flow: AnyFlow;
  readonly once: AnyFlow["once"];
  readonly sleep: AnyFlow["sleep"];
  readonly ask: AnyFlow["ask"];
  readonly emit: AnyFlow["emit"];
  readonly runFlow: AnyFlow["runFlow"];
  readonly addUsage: AnyFlow["addUsage"];

  constructor(flow: AnyFlow) {
    this.#flow = flow;
    this.once = flow.once.bind(flow);
    this.sleep = flow.sleep.bind(flow);
    this.ask = flow.ask.bind(flow) as AnyFlow["ask"];
    this.emit = flow.emit.bind(flow);
    this.runFlow = flow.runFlow.bind(flow);
    this.addUsage = flow.addUsage.bind(flow);
  }

  get state(): unknown {
    return this.#flow.state;
  }

  get call(): StepCall {
    return this.#flow.call;
  }

  get inputs(): unknown {
    // the running call is what its own sources are read from
    return (this.#flow.call as StepCall & CallSources).inputs;
  }
}
