/**
 * The call that is running here: what `this.state` and `this.call` find through AsyncLocalStorage, so that runs of one instance do
 * not touch and `#private` members work.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { StepCall } from "../definition/index.js";
import { FlowError } from "../errors/index.js";
import type { Usage } from "../ports/index.js";
import { readonlyView } from "../state/index.js";
import { askInOnce } from "./ask.js";
import { CallContext } from "./call-context.js";
import type { CallUsage } from "./call-usage.js";
import { runInOnce } from "./child-errors.js";
import { insideKey } from "./note-keys.js";
import type { UsageMeter } from "./usage-meter.js";

/** Code that runs inside `this.once`: it belongs to the call, and may only read the state. */
class OnceScope {
  readonly call: CallContext;
  /** What keys of it begin with: what is kept inside of it is no concern of an attempt that finds it done. */
  readonly #prefix: string;
  /** What is told here goes to the meter, until it is stored with the answer; then it is the attempt's. */
  #told: { readonly by: CallUsage; readonly meter: UsageMeter } | undefined;
  #isKept = false;

  constructor(call: CallContext, key: string) {
    this.call = call;
    this.#prefix = insideKey(key);
  }

  /** The key of something that is kept inside of it. */
  keyOf(key: string): string {
    return typeof key !== "string" || key === "" || key.startsWith(this.#prefix) ? key : this.#prefix + key;
  }

  /** Where what it tells that it has used is added up. */
  get used(): CallUsage | UsageMeter {
    const { used } = this.call;
    if (this.#isKept) return used;
    this.#told ??= { by: used, meter: used.once() };
    return this.#told.meter;
  }

  /** It has answered: what it has told so far is stored with that. */
  keep(): Usage | undefined {
    this.#isKept = true;
    return this.#told?.by.kept(this.#told.meter);
  }
}

const calls = new AsyncLocalStorage<CallContext | OnceScope>();

/** Runs `body` so that `currentCall` finds the context, in everything that it awaits too. */
export function withCall<T>(context: CallContext, body: (context: CallContext) => T): T {
  return calls.run(context, body, context);
}

/** `this.once`. */
export function onceIn(context: CallContext, key: string, make: () => unknown): Promise<unknown> {
  const outer = calls.getStore();
  const own = outer instanceof OnceScope ? outer.keyOf(key) : key;
  const scope = new OnceScope(context, own);
  return context.notes.once(
    own,
    () => calls.run(scope, make),
    () => scope.keep(),
  );
}

/** `this.sleep`. */
export function sleepIn(context: CallContext, ms: number, key: string | undefined): Promise<void> {
  const store = calls.getStore();
  if (!(store instanceof OnceScope)) return context.notes.sleep(ms, key);
  return context.notes.sleep(ms, key === undefined ? nextKey(store, "sleep") : store.keyOf(key));
}

/** How often each kind of key was asked for, where anybody has. */
const counts = new WeakMap<CallContext | OnceScope, Map<string, number>>();

function nextKey(store: CallContext | OnceScope, kind: string): string {
  let counted = counts.get(store);
  if (!counted) {
    counted = new Map();
    counts.set(store, counted);
  }
  const count = (counted.get(kind) ?? 0) + 1;
  counted.set(kind, count);
  const key = `${kind}-${count}`;
  return store instanceof OnceScope ? store.keyOf(key) : key;
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

/** The flow whose step is running here. */
export function runningFlow(): object {
  const store = calls.getStore() ?? outsideStep("stepTools()");
  return (store instanceof OnceScope ? store.call : store).run.instance;
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
  (store instanceof OnceScope ? store : context).used.add(usage, context.step);
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
