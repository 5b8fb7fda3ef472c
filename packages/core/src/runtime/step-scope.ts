/** Where in a step code runs, beside the call itself: in a space of keys of its own, or inside of `this.once`. */
import type { Usage } from "../ports/index.js";
import type { CallContext } from "./call-context.js";
import type { CallUsage } from "./call-usage.js";
import { insideKey } from "./note-keys.js";
import type { UsageMeter } from "./usage-meter.js";

export class StepScope {
  readonly call: CallContext;
  readonly #once: OnceScope | undefined;
  readonly #prefix: string;

  constructor(call: CallContext, { key, once }: { readonly key: string; readonly once?: OnceScope | undefined }) {
    this.call = call;
    this.#once = once;
    this.#prefix = insideKey(key);
  }

  /** The `once` that it is in. */
  get once(): OnceScope | undefined {
    return this.#once;
  }

  /** The key of something that is kept in here. */
  keyOf(key: string): string {
    return typeof key !== "string" || key === "" || key.startsWith(this.#prefix) ? key : this.#prefix + key;
  }
}

/** Code that runs inside `this.once`: it belongs to the call, and may only read the state. */
export class OnceScope extends StepScope {
  /** What is told here goes to the meter, until it is stored with the answer; then it is the attempt's. */
  #told: { readonly by: CallUsage; readonly meter: UsageMeter } | undefined;
  #isKept = false;

  constructor(call: CallContext, key: string) {
    super(call, { key });
  }

  override get once(): OnceScope {
    return this;
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
