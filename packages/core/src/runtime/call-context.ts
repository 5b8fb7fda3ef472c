/**
 * The running call: what `this.state` and `this.call` find through AsyncLocalStorage, so that runs of one instance do not
 * touch and `#private` members work.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { FlowLogger, StepCall } from "../definition/index.js";
import { FlowError } from "../errors/index.js";
import type { Attempt } from "../ports/index.js";
import type { StepCallRecord } from "../scheduler/index.js";
import { type CallState, LeafWatch } from "../state/index.js";
import type { CompiledFlow } from "./compiled-flow.js";

/** What the calls of one run share. */
export interface RunContext {
  readonly runId: string;
  /** The author's instance. */
  readonly instance: object;
  readonly flow: CompiledFlow;
  readonly logger: FlowLogger;
  /** Look for values of the state that were changed in place. */
  readonly strict: boolean;
}

export class CallContext implements StepCall {
  readonly run: RunContext;
  readonly record: StepCallRecord;
  readonly attempt: number;
  readonly callState: CallState;
  /** Whether the step's `when` is still to be asked. */
  readonly ask: boolean;
  /** Set when the attempt is over; what the step's code still does then has no effect. */
  over = false;
  /** Stops the timer of the step's timeout. */
  stopTimer: (() => void) | undefined;
  startedAt = 0;
  readonly #leaves: LeafWatch | undefined;
  #controller: AbortController | undefined;
  #aborted: unknown;

  constructor(run: RunContext, record: StepCallRecord, { attempt, ask, state }: Attempt) {
    this.run = run;
    this.record = record;
    this.attempt = attempt;
    this.ask = ask;
    this.callState = state;
    if (run.strict) this.#leaves = new LeafWatch(state.base);
  }

  /**
   * In a strict run: nothing of the state may have been changed in place.
   * @throws {FlowError} STATE_CHANGED_IN_PLACE
   */
  checkLeaves(): void {
    const path = this.#leaves?.changed();
    if (!path) return;
    const place = path.join(".");
    throw new FlowError(
      "STATE_CHANGED_IN_PLACE",
      `A Date, URL or typed array at "${place}" of the state was changed in place while step "${this.step}" ran.`,
      {
        hint: `Replace it instead: this.state.${place} = new …`,
        details: { path },
      },
    );
  }

  get runId(): string {
    return this.run.runId;
  }

  get step(): string {
    return this.run.flow.plan.steps[this.record.step]!.name;
  }

  get number(): number {
    return this.record.number;
  }

  get trigger(): string {
    return this.record.trigger;
  }

  get idempotencyKey(): string {
    return `${this.runId}:${this.step}:${this.number}`;
  }

  /** Made when first asked for: an AbortController costs more than a small step. */
  get abortSignal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  get logger(): FlowLogger {
    const { logger } = this.run;
    const mine = { runId: this.runId, step: this.step };
    return {
      debug: (message, fields) => logger.debug(message, { ...mine, ...fields }),
      info: (message, fields) => logger.info(message, { ...mine, ...fields }),
      warn: (message, fields) => logger.warn(message, { ...mine, ...fields }),
      error: (message, fields) => logger.error(message, { ...mine, ...fields }),
    };
  }

  abort(reason: unknown): void {
    this.#aborted = reason;
    this.#controller?.abort(reason);
  }

  /** `this.state`: the call's own draft. */
  get state(): unknown {
    if (!this.over) return this.callState.draft;
    throw new FlowError("STATE_OUTSIDE_STEP", `Step "${this.step}" used this.state after it had returned.`, {
      hint: "Await everything that a step starts before it returns.",
      runId: this.runId,
      step: this.step,
    });
  }
}

const calls = new AsyncLocalStorage<CallContext>();

/** Runs `body` so that `currentCall` finds the context, in everything that it awaits too. */
export function withCall<T>(context: CallContext, body: (context: CallContext) => T): T {
  return calls.run(context, body, context);
}

/** The call of this instance that is running here. */
export function currentCall(instance: object, member: "state" | "call"): CallContext {
  const context = calls.getStore();
  if (context?.run.instance === instance) return context;
  throw new FlowError("STATE_OUTSIDE_STEP", `this.${member} was used outside a step of the flow.`, {
    hint:
      member === "state"
        ? "Inside a step use this.state; outside, read result.state; to set the state at the start, use initialState or inputs."
        : "this.call belongs to a running step; outside, use the result's id.",
  });
}
