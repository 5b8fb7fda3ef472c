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
import { OnceScope, StepScope } from "./step-scope.js";

const calls = new AsyncLocalStorage<CallContext | StepScope>();

/** Runs `body` so that `currentCall` finds the context, in everything that it awaits too. */
export function withCall<T>(context: CallContext, body: (context: CallContext) => T): T {
  return calls.run(context, body, context);
}

/** `this.once`. */
export function onceIn(context: CallContext, key: string, make: () => unknown): Promise<unknown> {
  const own = ownKey(key, "once") as string;
  const scope = new OnceScope(context, own);
  return context.notes.once(
    own,
    () => calls.run(scope, make),
    () => scope.keep(),
  );
}

/** What a key that the step gives, or leaves out, is where it uses it. */
export function ownKey(key: string | undefined, kind: string): string | undefined {
  const store = calls.getStore();
  if (!(store instanceof StepScope)) return key;
  return key === undefined ? nextKey(store, kind) : store.keyOf(key);
}

/**
 * For libraries that steps call: `body` uses keys of its own. Two such bodies at the same time may both use `once("charge")`, and what
 * has no key is counted in each by itself.
 * @param key what they begin with: the same in every attempt
 * @throws {FlowError} STATE_OUTSIDE_STEP – no step is running here
 * @example
 * const both = await Promise.all(orders.map((order) => inKeySpace(`order ${order.id}`, () => handle(order))));
 */
export function inKeySpace<T>(key: string, body: () => T): T {
  const store = calls.getStore() ?? outsideStep("inKeySpace()");
  const [call, once] = store instanceof StepScope ? [store.call, store.once] : [store, undefined];
  return calls.run(new StepScope(call, { key: ownKey(key, "space") as string, once }), body);
}

/** How often each kind of key was asked for, where anybody has. */
const counts = new WeakMap<CallContext | StepScope, Map<string, number>>();

function nextKey(store: CallContext | StepScope, kind: string): string {
  let counted = counts.get(store);
  if (!counted) {
    counted = new Map();
    counts.set(store, counted);
  }
  const count = (counted.get(kind) ?? 0) + 1;
  counted.set(kind, count);
  const key = `${kind}-${count}`;
  return store instanceof StepScope ? store.keyOf(key) : key;
}

/**
 * For libraries that steps call: the next key of a kind in the running attempt, `charge-1`, `charge-2`, for `once` and its like. The
 * same in every attempt, as long as the step asks in the same order; inside of `once` it says what it is inside of.
 * @throws {FlowError} STATE_OUTSIDE_STEP – no step is running here
 * @example
 * const charge = (cents: number) => stepTools().once(stepKey("charge"), () => payments.charge(cents));
 */
export function stepKey(kind: string): string {
  return nextKey(calls.getStore() ?? outsideStep("stepKey()"), kind);
}

/** The call that is running here, of whatever flow. */
export function callHere(what: string): CallContext {
  const store = calls.getStore() ?? outsideStep(what);
  return store instanceof StepScope ? store.call : store;
}

function outsideStep(what: string): never {
  throw new FlowError("STATE_OUTSIDE_STEP", `${what} was used where no step is running.`, {
    hint: "It belongs to a running step: call it from a step, or from what a step awaits.",
  });
}

/** `this.addUsage`. */
export function addUsageIn(instance: object, usage: unknown): void {
  const context = currentCall(instance, "addUsage");
  const store = calls.getStore();
  ((store instanceof StepScope && store.once) || context).used.add(usage, context.step);
}

/** The state as the code sees it that runs here. */
export function currentState(instance: object): unknown {
  const { state } = currentCall(instance, "state");
  const store = calls.getStore();
  return store instanceof StepScope && store.once ? readonlyView(state) : state;
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
  const scope = store instanceof StepScope ? store : undefined;
  if (scope?.once && member === "runFlow") throw runInOnce();
  if (scope?.once && member === "ask") throw askInOnce();
  const context = scope ? scope.call : (store as CallContext | undefined);
  if (context?.run.instance === instance) return context;
  throw new FlowError("STATE_OUTSIDE_STEP", `this.${member} was used outside a step of the flow.`, {
    hint:
      member === "state"
        ? "Inside a step use this.state; outside, read result.state; to set the state at the start, use initialState or inputs."
        : `this.${member} belongs to a running step${member === "call" ? "; outside, use the result's id." : ": use it in a step's method."}`,
  });
}
