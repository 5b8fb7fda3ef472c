/** The running call: one attempt of it, what `this.call` is, and what of it the author's code reaches by `this`. */
import type { CallSources, FlowLogger, StepCall } from "../definition/index.js";
import type { FlowError } from "../errors/index.js";
import type { Answer, Attempt, CallNote, FlowClock, ParentCall, Usage } from "../ports/index.js";
import type { StepCallRecord } from "../scheduler/index.js";
import { type CallState, finishValue, LeafWatch } from "../state/index.js";
import { changedInPlace, usedTooLate } from "./call-errors.js";
import { callLogger } from "./call-logger.js";
import { CallUsage } from "./call-usage.js";
import { type ChildHome, ChildRuns, type Hearing } from "./child-runs.js";
import type { RunContext } from "./run-context.js";
import { StepNotes } from "./step-notes.js";

export class CallContext implements StepCall, ChildHome, CallSources {
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
  readonly #given: Attempt["notes"];
  #notes: StepNotes | undefined;
  #children: ChildRuns | undefined;
  #usage: CallUsage | undefined;
  #controller: AbortController | undefined;
  #aborted: unknown;
  #halted = false;

  constructor(run: RunContext, record: StepCallRecord, { attempt, ask, state, notes }: Attempt) {
    this.run = run;
    this.record = record;
    this.attempt = attempt;
    this.ask = ask;
    this.callState = state;
    this.#given = notes;
    if (run.strict) this.#leaves = new LeafWatch(state.base);
  }

  /** What the step notes down inside itself, made at its first use. */
  get notes(): StepNotes {
    if (this.over) throw this.#late("once, sleep or ask");
    this.#notes ??= new StepNotes(this, this.#given);
    return this.#notes;
  }

  /** The runs that the step starts, made at its first use. */
  get children(): ChildRuns {
    if (this.over) throw this.#late("runFlow");
    this.#children ??= new ChildRuns(this);
    if (this.#halted) this.#children.halt();
    else if (this.#aborted !== undefined) this.#children.stop(this.#aborted);
    return this.#children;
  }

  /** Whether a run that it has started was stopped with its own. */
  get hasStoppedChild(): boolean {
    return this.#children?.hasStopped ?? false;
  }

  get path(): readonly ParentCall[] {
    const { index, number, runId, step } = this;
    const { plan } = this.run.flow;
    const call = { run: runId, flow: plan.flow, step, number, ...(index !== undefined && { index }) };
    return Object.freeze([...(this.run.machine.path ?? []), Object.freeze(call)]);
  }

  get childPrefix(): string {
    return `${this.runId}/${this.record.calledAs ?? this.step}/${this.number}`;
  }

  get heardBy(): Hearing {
    return this.run;
  }

  get inputs(): unknown {
    const { flow, machine } = this.run;
    return flow.definition.keepsInputs ? machine.inputs : undefined;
  }

  /** Made when it is read, so that it can be taken out of its object. */
  get output(): CallSources["output"] {
    const { flow, machine } = this.run;
    return (step) => {
      const number = flow.stepNumbers.get(step);
      return number === undefined ? undefined : machine.outputs.get(number);
    };
  }

  get committed(): unknown {
    return this.callState.base;
  }

  note(key: string, note: CallNote): void {
    if (!this.over) this.run.owner.note(this, key, note);
  }

  parked(): void {
    if (!this.over) this.run.owner.parked();
  }

  slept(settled: () => void): void {
    if (!this.over) this.run.owner.slept(settled);
  }

  fired(key: string): void {
    if (!this.over) this.run.owner.fired(this, key);
  }

  noted(key: string, answer?: Answer): void {
    if (answer) this.#notes?.answered(key, answer);
    else this.#notes?.stored(key);
  }

  moved(key: string): void {
    this.#children?.moved(key);
  }

  /** Whether it waits for people and nothing else that it has begun by `this`. */
  get isParked(): boolean {
    return this.#notes?.isParked ?? false;
  }

  get progress(): StepNotes["progress"] {
    return this.#notes?.progress ?? "working";
  }

  /** Until when it sleeps and does nothing else that it has begun by `this`; undefined: it does not. */
  get asleepUntil(): number | undefined {
    return this.#notes?.asleepUntil;
  }

  /** What it tells that it has used, made when it first does. */
  get used(): CallUsage {
    if (this.over) throw this.#late("addUsage");
    this.#usage ??= new CallUsage();
    return this.#usage;
  }

  /** What it has told that it has used, but for what is stored already; undefined: nothing. */
  get usage(): Usage | undefined {
    return this.#usage?.sum;
  }

  emit(chunk: unknown): void {
    if (this.over) throw this.#late("emit");
    this.run.owner.chunk(this, finishValue(chunk, `a chunk of step "${this.step}"`));
  }

  /** The attempt is over; children that it has not waited for are told to stop, unless they are `left` to whoever comes next. */
  end(left = false): void {
    this.over = true;
    this.stopTimer?.();
    if (left) this.#children?.leave();
    else this.#children?.stop(new Error("the step that has started it is over"));
    this.#notes?.close();
  }

  /**
   * Before what the step returned counts.
   * @throws {FlowError} STATE_CHANGED_IN_PLACE, STEP_KEYS_CHANGED
   */
  check(): void {
    this.#checkLeaves();
    this.#notes?.keys.check();
  }

  /**
   * In a strict run: nothing of the state may have been changed in place.
   * @throws {FlowError} STATE_CHANGED_IN_PLACE
   */
  #checkLeaves(): void {
    const path = this.#leaves?.changed();
    if (!path) return;
    throw changedInPlace(path, this.step);
  }

  get clock(): FlowClock {
    return this.run.clock;
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

  get index(): number | undefined {
    return this.record.index;
  }

  get trigger(): string {
    return this.record.trigger;
  }

  get idempotencyKey(): string {
    return `${this.runId}:${this.record.calledAs ?? this.step}:${this.number}`;
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
    return callLogger(this.run.logger, this);
  }

  /** The run is to be given up: the step may end. It is not woken where it sleeps or waits for a run that it has started. */
  halt(reason: unknown): void {
    this.#halted = true;
    this.#aborted = reason;
    this.#controller?.abort(reason);
    this.#children?.halt();
  }

  abort(reason: unknown): void {
    this.#halted = false;
    this.#aborted = reason;
    this.#controller?.abort(reason);
    this.#notes?.abort(reason);
    if (!this.over) this.#children?.stop(reason);
  }

  /** `this.state`: the call's own draft. */
  get state(): unknown {
    if (!this.over) return this.callState.draft;
    throw this.#late("state");
  }

  #late(member: string): FlowError {
    return usedTooLate(member, this);
  }
}
