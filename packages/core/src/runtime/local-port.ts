/**
 * The run port in this process: calls run here, the journal goes to a FlowPersistence. Arrivals stand in one queue; the
 * loop takes all that is there at once, so that calls which end together share a commit.
 */
import type {
  Answer,
  Arrival,
  Asleep,
  Attempt,
  CallLeft,
  CallNote,
  CallOutcome,
  FlowClock,
  JournalEntry,
  MaybePromise,
  Rest,
  RunPort,
} from "../ports/index.js";
import type { StepCallRecord } from "../scheduler/index.js";
import type { Hearing } from "./child-runs.js";
import type { ChildrenEnd } from "./end-children.js";
import { breathe } from "./event-loop.js";
import { engineErrorData } from "./failures.js";
import { LocalCalls } from "./local-calls.js";
import { LocalInbox } from "./local-inbox.js";
import { LocalJournal, type LocalJournalOptions } from "./local-journal.js";
import { LocalTimers } from "./local-timers.js";
import { LoopGate } from "./loop-gate.js";
import type { CallsOwner, RunContext, RunningCall } from "./run-context.js";
import type { RunMachine } from "./run-machine.js";
import type { RunReporter } from "./run-reporter.js";
import { stoppingError } from "./stopped-run.js";

export interface LocalPortOptions extends LocalJournalOptions {
  readonly context: Omit<RunContext, "owner">;
  readonly reporter: RunReporter;
  readonly abortGraceMs: number;
  /** The run is not kept here for timers that are due later than this from now. Absent: it is, for all. */
  readonly returnAfterMs?: number;
  /** Cancels what the run has started and what still runs or waits. */
  readonly endChildren: (ending: ChildrenEnd, heardBy: Hearing) => Promise<void>;
}

export class LocalPort implements RunPort, CallsOwner {
  readonly #options: LocalPortOptions;
  readonly #machine: RunMachine;
  readonly #clock: FlowClock;
  readonly #calls: LocalCalls;
  readonly #timers: LocalTimers;
  readonly #inbox: LocalInbox;
  #queue: Arrival[] = [];
  readonly #gate = new LoopGate();
  #broken: unknown;
  readonly #journal: LocalJournal;
  #halted = false;

  constructor(options: LocalPortOptions) {
    this.#options = options;
    this.#machine = options.machine;
    this.#clock = options.context.clock;
    this.#timers = new LocalTimers(this, this.#clock);
    this.#inbox = new LocalInbox(options.persistence, options.machine.runId, this);
    this.#calls = new LocalCalls({ ...options.context, owner: this });
    this.#journal = new LocalJournal(options, (lost) => this.broke(lost));
  }

  get pending(): number {
    return this.#calls.size + this.#timers.size + this.#queue.length + (this.#inbox.looking ? 1 : 0);
  }

  get clock(): FlowClock {
    return this.#clock;
  }

  asleep(): readonly Asleep[] | undefined {
    const { returnAfterMs } = this.#options;
    if (returnAfterMs === undefined || this.#queue.length > 0 || this.#inbox.looking) return undefined;
    const asleep = this.#calls.asleep();
    const next = asleep?.reduce((next, [, until]) => Math.min(next, until), this.#timers.next);
    return next !== undefined && next - this.#clock.now() > returnAfterMs ? asleep : undefined;
  }

  now(): number {
    return this.#clock.now();
  }

  arm(inboxRead: number): MaybePromise<void> {
    this.#inbox.watch(inboxRead);
    // a new run's inbox can hold nothing that its watch does not tell
    if (this.#options.claim) return this.#inbox.take();
  }

  start(call: StepCallRecord, attempt: Attempt): void {
    this.#calls.start(call, attempt);
  }

  setTimer(call: number, at: number): void {
    this.#timers.set(call, at);
  }

  clearTimers(): void {
    this.#timers.clear();
  }

  drop(call: number): void {
    this.#calls.drop(call);
    this.#timers.drop(call);
  }

  abortAll(reason: string): void {
    this.#calls.abortAll(reason);
  }

  halt(): void {
    this.#halted = true;
    this.#calls.halt(stoppingError(this.#machine.runId));
  }

  left(): readonly CallLeft[] {
    return this.#calls.left();
  }

  get cutOff(): boolean {
    return this.#calls.cutOff;
  }

  startGrace(graceMs = this.#options.abortGraceMs): void {
    this.#timers.startGrace(graceMs);
  }

  /** The caller wants the run cancelled. */
  stop(reason: string, timedOut: boolean): void {
    this.arrive({ type: "stop", at: this.#clock.now(), reason, timedOut });
  }

  /** The caller wants the run back as it stands. */
  giveUp(): void {
    this.arrive({ type: "halt", at: this.#clock.now() });
  }

  ready(wake: () => void): boolean {
    if (this.#broken !== undefined) throw this.#broken;
    const breath = breathe();
    if (breath) {
      void breath.then(wake);
      return false;
    }
    if (this.#queue.length > 0) return true;
    this.#gate.wait(wake, this.#mayArriveFromElsewhere);
    return false;
  }

  take(): readonly Arrival[] {
    const arrivals = this.#queue;
    this.#queue = [];
    return arrivals;
  }

  commit(entries: readonly JournalEntry[]): MaybePromise<void> {
    return this.#journal.commit(entries);
  }

  rest(entries: readonly JournalEntry[], rest: Rest): MaybePromise<boolean> {
    if (rest.status === "waiting" || !this.#machine.calls.isParent) return this.#rest(entries, rest);
    // before the run has ended: whoever takes it up after a crash ends them
    const { endChildren, context } = this.#options;
    const { runId, cancelled } = this.#machine;
    return endChildren({ runId, graceMs: cancelled?.graceMs }, context).then(() => this.#rest(entries, rest));
  }

  #rest(entries: readonly JournalEntry[], rest: Rest): MaybePromise<boolean> {
    const rested = this.#journal.rest(entries, rest);
    if (rested instanceof Promise) return rested.then((done) => this.#rested(done));
    return this.#rested(rested);
  }

  #rested(done: boolean): boolean {
    if (done) this.close();
    else this.#inbox.look();
    return done;
  }

  /** Nothing arrives any more; what still runs is told to stop. Does not touch the claim in the store. */
  close(reason = "the run has come to rest"): void {
    this.#calls.dropAll(reason);
    this.#timers.close();
    this.#inbox.close();
    this.#journal.close();
  }

  /** Gives the claim up after a failure of the loop itself, so that the run can be resumed at once. */
  async abandon(error: unknown): Promise<void> {
    this.close("the run can't go on in this process");
    this.#options.reporter.abandoned(engineErrorData(error, this.#machine.runId));
    await this.#journal.release();
  }

  release(): MaybePromise<void> {
    this.close("the run was stopped by its caller");
    const released = this.#journal.release();
    if (released instanceof Promise) return released.then(() => this.#options.reporter.stopped());
    this.#options.reporter.stopped();
  }

  get timed(): boolean {
    return this.#options.reporter.observed;
  }

  noted(call: number, key: string, answer?: Answer): void {
    this.#calls.noted(call, key, answer);
  }

  setDeadline({ call, key, at }: { call: number; key: string; at: number }): void {
    this.#timers.setDeadline(at, { type: "expired", at, call, key });
  }

  note({ record, attempt }: RunningCall, key: string, note: CallNote): void {
    this.arrive({ type: "note", at: this.#clock.now(), call: record.id, attempt, key, note });
  }

  moved(call: number, key: string): void {
    this.#calls.moved(call, key);
  }

  parked(): void {
    this.#calls.parked();
    this.#gate.open();
  }

  slept(settled: () => void): void {
    setImmediate(() => {
      settled();
      if (this.#options.returnAfterMs !== undefined || this.#halted) this.#gate.open();
    });
  }

  fired(context: RunningCall, key: string): void {
    this.#options.reporter.fired(context, key);
  }

  chunk(context: RunningCall, chunk: unknown): void {
    this.#options.reporter.chunk(context, chunk);
    this.#journal.emitted();
  }

  settled(context: RunningCall, outcome: CallOutcome): void {
    const durationMs = context.startedAt > 0 ? performance.now() - context.startedAt : 0;
    this.#add({ type: "call", at: this.#clock.now(), call: context.record.id, outcome, durationMs });
    // nothing can end together with the only call that runs; others are waited for, so that they share a commit
    if (this.#calls.size === 0) this.#gate.wakeUp();
    else this.#gate.open();
  }

  arrive(arrival: Arrival): void {
    this.#add(arrival);
    this.#gate.open();
  }

  /** Most arrive alone: a list of one takes room for one, where what is pushed into an empty list takes it for many. */
  #add(arrival: Arrival): void {
    if (this.#queue.length === 0) this.#queue = [arrival];
    else this.#queue.push(arrival);
  }

  looked(): void {
    this.#gate.open();
  }

  broke(error: unknown): void {
    this.#broken ??= error;
    this.#gate.open();
  }

  /**
   * Whether what arrives next may do so in another async context than the loop's and start steps: a signal, or one of several
   * calls that settles within the other's code.
   */
  get #mayArriveFromElsewhere(): boolean {
    return this.#calls.size + this.#timers.size !== 1 || this.#machine.flow.plan.signals.length > 0;
  }
}
