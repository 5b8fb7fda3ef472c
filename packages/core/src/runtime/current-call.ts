/**
 * The call that is running here: what `this.state` and `this.call` find through AsyncLocalStorage, so that runs of one instance do
 * not touch and `#private` members work.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { StepCall } from "../definition/index.js";
import { FlowError } from "../errors/index.js";
import { readonlyView } from "../state/index.js";
import { askInOnce } from "./ask.js";
import { CallContext } from "./call-context.js";
import { runInOnce } from "./child-errors.js";

/** Code that runs inside `this.once`: it belongs to the call, and may only read the state. */
class OnceScope {
  readonly call: CallContext;

  constructor(call: CallContext) {
    this.call = call;
  }
}

const calls = new AsyncLocalStorage<CallContext | OnceScope>();

/** Runs `body` so that `currentCall` finds the context, in everything that it awaits too. */
export function withCall<T>(context: CallContext, body: (context: CallContext) => T): T {
  return calls.run(context, body, context);
}

/** `this.once`. */
export function onceIn(context: CallContext, key: string, make: () => unknown): Promise<unknown> {
  return context.notes.once(key, () => calls.run(new OnceScope(context), make));
}

/** The state as the code sees it that runs here. */
export function currentState(instance: object): unknown {
  const { state } = currentCall(instance, "state");
  return calls.getStore() instanceof OnceScope ? readonlyView(state) : state;
}

/**
 * For test kits: what an attempt of a step is at. `storing`: it waits for `this.once` and its like to be stored. `waiting`: for
 * `this.sleep`, `this.ask` or `this.runFlow`, with nothing else under way that it has begun by `this`. `over`: its outcome is known,
 * or wanted no more, whatever its code still does.
 */
export function attemptProgress(call: StepCall): "working" | "storing" | "waiting" | "over" {
  return call instanceof CallContext && !call.over ? call.progress : "over";
}

/** The call of this instance that is running here. */
export function currentCall(
  instance: object,
  member: "state" | "call" | "once" | "sleep" | "ask" | "emit" | "runFlow" | "addUsage",
): CallContext {
  const store = calls.getStore();
  if (store instanceof OnceScope && member === "runFlow") throw runInOnce();
  if (store instanceof OnceScope && member === "ask") throw askInOnce();
  const context = store instanceof OnceScope ? store.call : store;
  if (context?.run.instance === instance) return context;
  throw new FlowError("STATE_OUTSIDE_STEP", `this.${member} was used outside a step of the flow.`, {
    hint:
      member === "state"
        ? "Inside a step use this.state; outside, read result.state; to set the state at the start, use initialState or inputs."
        : `this.${member} belongs to a running step${member === "call" ? "; outside, use the result's id." : ": use it in a step's method."}`,
  });
}
