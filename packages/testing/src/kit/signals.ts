import { type Duration, FlowError, type FlowPlan, nearest } from "millrace";
import { unknownStep } from "./replacements.js";

/** One signal that is sent to the run. */
export interface SignalToSend {
  readonly signal: string | { readonly name: string };
  readonly payload?: unknown;
  /** Not before this step has completed. */
  readonly after?: string;
  /** So long after the run began, by its clock. Absent: when the run waits for it. */
  readonly at?: Duration;
}

/** A list; or payloads by name, each sent once, and functions that are asked whenever the run waits for it: `(count) => payload`. */
export type Signals = readonly SignalToSend[] | Readonly<Record<string, unknown>>;

/** A signal that is still to be sent. */
export interface PendingSignal {
  readonly name: string;
  readonly payload: unknown;
  readonly after?: string;
  readonly at?: Duration;
}

type Asked = (count: number) => unknown;

/** @throws {FlowError} TEST_OPTION_INVALID – no step of the flow listens to such a signal; `after` is no step */
export class SignalPlan {
  readonly pending: PendingSignal[];
  readonly #asked = new Map<string, Asked>();
  readonly #counts = new Map<string, number>();
  /** What functions have answered that was not sent yet. */
  readonly #next = new Map<string, unknown>();

  constructor(signals: Signals | undefined, plan: FlowPlan) {
    const list = Array.isArray(signals) ? (signals as readonly SignalToSend[]) : undefined;
    const byName = list ? [] : Object.entries(signals ?? {});
    for (const [name, payload] of byName) if (typeof payload === "function") this.#asked.set(name, payload as Asked);
    this.pending = list
      ? list.map(({ signal, payload, after, at }) => ({
          name: typeof signal === "string" ? signal : signal.name,
          payload,
          ...(after !== undefined && { after }),
          ...(at !== undefined && { at }),
        }))
      : byName.filter(([name]) => !this.#asked.has(name)).map(([name, payload]) => ({ name, payload }));
    for (const name of [...this.#asked.keys(), ...this.pending.map((one) => one.name)])
      if (!plan.signals.includes(name)) throw unknownSignal(name, plan);
    for (const { after } of this.pending)
      if (after !== undefined && !plan.steps.some(({ name }) => name === after))
        throw unknownStep("signals", after, plan);
  }

  /** Whether a function gives a payload for a run that waits for this; it is asked once for each. */
  asks(name: string): boolean {
    if (!this.#next.has(name)) this.#next.set(name, this.#asked.get(name)?.((this.#counts.get(name) ?? 0) + 1));
    return this.#next.get(name) !== undefined;
  }

  takeAsked(name: string): PendingSignal {
    const payload = this.#next.get(name);
    this.#next.delete(name);
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    return { name, payload };
  }

  /** The signal to be sent to a run that waits for these: none has a time of its own. */
  take(names: readonly string[]): PendingSignal | undefined {
    const place = this.pending.findIndex(
      ({ name, after, at }) => after === undefined && at === undefined && names.includes(name),
    );
    if (place >= 0) return this.pending.splice(place, 1)[0];
    const asked = names.find((name) => this.asks(name));
    return asked === undefined ? undefined : this.takeAsked(asked);
  }
}

function unknownSignal(name: string, { flow, signals }: FlowPlan): FlowError {
  const near = nearest(name, signals);
  return new FlowError("TEST_OPTION_INVALID", `\`signals\` has "${name}", which no step of flow "${flow}" waits for.`, {
    hint: near ? `Did you mean "${near}"?` : `Its signals are: ${signals.join(", ") || "(none)"}.`,
    details: { option: "signals", given: name },
  });
}
