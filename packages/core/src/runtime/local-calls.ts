/**
 * Runs attempts in this process. In: a call and the state it begins on. Out: an outcome as data, once, or none when the
 * attempt was dropped or its time was up before. A thrown value never leaves here as a throw.
 */
import { readApproval, readRoute, type StepDefinition } from "../definition/index.js";
import { describeThrown, FlowError } from "../errors/index.js";
import type { Answer, Asleep, Attempt, CallLeft, CallOutcome } from "../ports/index.js";
import { CallTable, type StepCallRecord } from "../scheduler/index.js";
import { explainDraft, finishValue } from "../state/index.js";
import { approvalMisplaced, askedApproval } from "./asked-approval.js";
import { CallContext } from "./call-context.js";
import { checkBatch, unknownRoute, whenFailed } from "./call-errors.js";
import { withCall } from "./current-call.js";
import { reviveOutcomes, revivePayload, stepFailure } from "./failures.js";
import { drain, gather, isGathered, isGenerator } from "./iterated-results.js";
import { leftBy } from "./leave-behind.js";
import type { RunContext } from "./run-context.js";

const skipped = Symbol("skipped");

export class LocalCalls {
  readonly #run: RunContext;
  /** How often a call began to wait for people alone; 0 for nearly all runs. */
  #asking = 0;
  readonly #running = new CallTable<CallContext>();
  #halted = false;

  constructor(run: RunContext) {
    this.#run = run;
  }

  /** How many will bring something by themselves: those that wait for people alone may not. */
  get size(): number {
    if (this.#asking === 0 && !this.#halted) return this.#running.size;
    const asleep = (context: CallContext) => this.#halted && context.asleepUntil !== undefined;
    return this.#running.values().filter((context) => !context.isParked && !asleep(context)).length;
  }

  /** Whether some sleep, or wait for a run that was stopped with this one. */
  get cutOff(): boolean {
    return this.#running.values().some((context) => context.asleepUntil !== undefined || context.hasStoppedChild);
  }

  /** Those that sleep, if none is at work. */
  asleep(): readonly Asleep[] | undefined {
    const asleep: Asleep[] = [];
    for (const context of this.#running.values()) {
      const { asleepUntil } = context;
      if (asleepUntil !== undefined) asleep.push([context.record.id, asleepUntil]);
      else if (!context.isParked) return undefined;
    }
    return asleep;
  }

  left(): readonly CallLeft[] {
    return this.#running.values().flatMap((context) => {
      const left = leftBy(context);
      return left ? [left] : [];
    });
  }

  start(call: StepCallRecord, attempt: Attempt): void {
    const context = new CallContext(this.#run, call, attempt);
    this.#running.set(call.id, context);
    if (this.#run.owner.timed) context.startedAt = performance.now();
    const { timeoutMs } = this.#run.flow.plan.steps[call.step]!;
    if (timeoutMs !== undefined) {
      const due = () => this.#timeUp(context, timeoutMs);
      context.stopTimer = this.#run.clock.setTimer(due, timeoutMs, { purpose: "step-timeout" });
    }
    let result: unknown;
    try {
      const { events } = this.#run;
      result = events.wrapped ? events.surround(context, () => this.#enter(context)) : this.#enter(context);
      if (isThenable(result)) {
        result.then(
          (value) => this.#returned(context, value),
          (thrown) => this.#threw(context, thrown),
        );
        return;
      }
    } catch (thrown) {
      this.#threw(context, thrown);
      return;
    }
    this.#returned(context, result);
  }

  noted(call: number, key: string, answer?: Answer): void {
    this.#running.get(call)?.noted(key, answer);
  }

  parked(): void {
    this.#asking++;
  }

  moved(call: number, key: string): void {
    this.#running.get(call)?.moved(key);
  }

  /** The author's code begins here. */
  #enter(context: CallContext): unknown {
    const result = withCall(context, invoke);
    if (!isGenerator(result)) return result;
    const take = (chunk: unknown) =>
      this.#run.owner.chunk(context, finishValue(chunk, `a chunk of step "${context.step}"`));
    return withCall(context, () => drain(result, { take, over: () => context.over }));
  }

  /** Aborts a call whose outcome nobody wants any more. */
  drop(call: number): void {
    const context = this.#running.get(call);
    if (!context || !this.#end(context)) return;
    context.callState.discard();
    context.abort(new Error("another operand won the race"));
  }

  /** Nothing more will begin: those that run are told, and may end. */
  halt(reason: FlowError): void {
    this.#halted = true;
    for (const context of this.#running.values()) context.halt(reason);
  }

  abortAll(reason: string): void {
    for (const context of this.#running.values()) context.abort(new Error(reason));
  }

  /** The run has left this process: what is still running brings nothing. */
  dropAll(reason: string): void {
    for (const context of this.#running.values()) {
      this.#end(context, true);
      context.abort(new Error(reason));
    }
  }

  #returned(context: CallContext, value: unknown): void {
    if (context.over) return;
    if (isGathered(value)) {
      withCall(context, () => gather(value, { over: () => context.over })).then(
        (list) => this.#returned(context, list),
        (thrown) => this.#threw(context, thrown),
      );
      return;
    }
    let outcome: CallOutcome;
    try {
      outcome = value === skipped ? { type: "skipped" } : this.#completed(context, value);
    } catch (thrown) {
      const { router } = this.#run.flow.plan.steps[context.record.step]!;
      this.#threw(context, router || !readApproval(value) ? thrown : approvalMisplaced(context.step));
      return;
    }
    this.#end(context);
    const { usage } = context;
    this.#run.owner.settled(context, usage && outcome.type === "completed" ? { ...outcome, usage } : outcome);
  }

  #completed(context: CallContext, value: unknown): CallOutcome {
    context.check();
    const { flow } = this.#run;
    const { step } = context.record;
    const { router, forEach } = flow.plan.steps[step]!;
    if (!router) {
      const output = value === undefined ? value : finishValue(value, `the result of step "${context.step}"`);
      if (forEach?.batch !== undefined) checkBatch(context, output);
      return { type: "completed", output, labels: noLabels, change: context.callState.finish() };
    }
    const declared = flow.declaredRoutes[step];
    const approval = readApproval(value);
    if (approval) {
      const unknown = declared && approval.outcomes.find((outcome) => !declared.has(outcome));
      if (unknown !== undefined) throw unknownRoute(context, unknown, [...declared!]);
      return { type: "completed", labels: noLabels, ...askedApproval(approval), change: context.callState.finish() };
    }
    const { labels, result } = readRoute(value, context.step);
    if (declared)
      for (const { label } of labels) if (!declared.has(label)) throw unknownRoute(context, label, [...declared]);
    const finished = labels.map(({ label, payload }) => ({
      label,
      payload: finishValue(payload, `the payload of label "${label}"`),
    }));
    return {
      type: "completed",
      output: finishValue(result, "labels"),
      labels: finished,
      change: context.callState.finish(),
    };
  }

  #threw(context: CallContext, thrown: unknown): void {
    const left = leftBy(context);
    if (!this.#end(context)) return;
    context.callState.discard();
    const engine = FlowError.is(thrown) && thrown.runId === undefined && engineCodes.test(thrown.code);
    const error = engine ? thrown : (explainDraft(thrown) ?? stepFailure(thrown, context.step, this.#run.runId));
    this.#fail(context, error, { thrown, left });
  }

  #timeUp(context: CallContext, timeoutMs: number): void {
    const left = leftBy(context);
    if (!this.#end(context)) return;
    context.callState.discard();
    const error = new FlowError(
      "STEP_TIMEOUT",
      `Step "${context.step}" took longer than its timeout of ${timeoutMs} ms.`,
      {
        hint: "Give it more time, give it `retry`, or stop earlier by the call's abortSignal.",
        details: { timeoutMs },
      },
    );
    context.abort(error);
    this.#fail(context, error, { thrown: error, left });
  }

  #fail(context: CallContext, error: FlowError, { thrown, left }: Failing): void {
    const { retryIf } = this.#run.flow.steps[context.record.step]!;
    let mayRetry = true;
    let told = error;
    try {
      if (retryIf) mayRetry = retryIf(thrown);
    } catch (inner) {
      mayRetry = false;
      const { code, message, details, retryable, cause } = error;
      const hint = `Its retry.if threw too, so it is not tried again: ${describeThrown(inner).message}`;
      told = new FlowError(code, message, { hint, details, retryable, cause });
    }
    const chance = this.#run.clock.chance?.() ?? Math.random();
    const { usage } = context;
    const beside = { ...(usage && { usage }), ...(left && { left }) };
    this.#run.owner.settled(context, { type: "failed", error: told, mayRetry, chance, ...beside });
  }

  /** Answers false when the attempt was over before. */
  #end(context: CallContext, left?: boolean): boolean {
    if (context.over) return false;
    context.end(left);
    this.#running.delete(context.record.id);
    return true;
  }
}

interface Failing {
  readonly thrown: unknown;
  readonly left: CallLeft | undefined;
}

const noLabels: readonly never[] = Object.freeze([]);

/** What the engine itself says of a step's work, as against what the step threw. */
const engineCodes = /^(AI_|APPROVAL_|ASK_|CHILD_|EXPRESSION_|STATE_|ROUTE_|STEP_|PLAN_ASYNC)/;

function invoke(context: CallContext): unknown {
  const { run, record } = context;
  const step = run.flow.steps[record.step]!;
  const { hearsFailures, hearsOutcomes } = run.flow;
  let payload = hearsFailures[record.step] ? revivePayload(record.payload) : record.payload;
  if (hearsOutcomes[record.step]) payload = reviveOutcomes(payload);
  if (step.when && context.ask && !askWhen(step.when, context, payload)) return skipped;
  return step.invoke(run.instance, payload, context);
}

function askWhen(when: NonNullable<StepDefinition["when"]>, context: CallContext, payload: unknown): boolean {
  const { callState, step } = context;
  let answer: unknown;
  try {
    answer = when(callState.base, payload, context);
    if (!isThenable(answer)) return Boolean(answer);
  } catch (cause) {
    throw whenFailed(step, `threw: ${describeThrown(cause).message}`, cause);
  }
  throw whenFailed(step, "answered a promise");
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function";
