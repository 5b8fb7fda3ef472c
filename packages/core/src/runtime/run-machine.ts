/**
 * One run in memory: scheduler, state, outputs, attempts. Arrivals go in, journal entries and commands come out; replaying
 * the entries into a new machine gives the same one. Deterministic: time and chance come with the arrivals.
 */
import { type ErrorData, FlowError } from "../errors/index.js";
import type {
  Arrival,
  Attempt,
  CallOutcome,
  Cancel,
  EntryOf,
  JournalEntry,
  JournalRow,
  ParentCall,
  Usage,
  WaitingFor,
} from "../ports/index.js";
import { Scheduler, type SchedulerCommand, type SchedulerEvent, type StepCallRecord } from "../scheduler/index.js";
import { FlowState, type StatePatch } from "../state/index.js";
import { arrivalEntry } from "./arrival-entry.js";
import { type CompiledFlow, takenLabels } from "./compiled-flow.js";
import { callPlace, cancelOf, completedEntry, openedApproval } from "./entries.js";
import { failedEntry } from "./failed-attempt.js";
import { entryMissing, fatalCodes, heldError } from "./failures.js";
import { type MachineSnapshot, snapshotOf } from "./machine-snapshot.js";
import { OpenCalls } from "./open-calls.js";
import { SnapshotPace } from "./snapshot-pace.js";
import { addUsage } from "./usage-sums.js";

/** What an arrival has brought about: an entry to journal, then commands to carry out. */
export interface Advance {
  readonly entry: JournalEntry;
  readonly commands: readonly SchedulerCommand[];
  /** The call that the entry is about, as it stood before. */
  readonly call: StepCallRecord | undefined;
  readonly attempt: number | undefined;
}

type CompletedOutcome = Extract<CallOutcome, { type: "completed" }>;
type FailedOutcome = Extract<CallOutcome, { type: "failed" }>;

const noLabels: readonly never[] = Object.freeze([]);

export class RunMachine {
  readonly flow: CompiledFlow;
  readonly runId: string;
  readonly scheduler: Scheduler;
  /** Made anew by the `started` entry. */
  state: FlowState;
  /** Latest result by step. */
  readonly outputs = new Map<number, unknown>();
  /** Newest entry taken in. */
  seq = 0;
  /** Newest inbox message taken in. */
  inboxRead = 0;
  /** Of a new run; what a snapshot stands for has them only where the flow's steps read them. */
  inputs: unknown;
  /** Of a run that another one has started: the calls that it is inside of, the outermost first. */
  path: readonly ParentCall[] | undefined;
  /** Why the run is stopping: the first failure, or a cancel. */
  failure: ErrorData | undefined;
  cancelled: Cancel | undefined;
  /** What the last `ended` entry says. */
  ended: EntryOf<"ended"> | undefined;
  /** What attempts that have ended have used. */
  settledUsage: Usage | undefined;
  /** The caller wants the run back: failures are not taken in, for the step is to run again. */
  halted = false;
  /** It was given up here as it stands. */
  stopped = false;
  /** What the run waits for, if it has come to wait here. */
  waitingFor: readonly WaitingFor[] = noLabels;
  /** What is known of open calls beside what the scheduler does. */
  readonly calls: OpenCalls;
  readonly #pace = new SnapshotPace();

  constructor(flow: CompiledFlow, runId: string, snapshot?: MachineSnapshot) {
    this.flow = flow;
    this.runId = runId;
    this.state = new FlowState(snapshot?.state, flow.rules);
    this.scheduler = snapshot ? Scheduler.restore(flow.plan, snapshot.scheduler) : new Scheduler(flow.plan);
    this.calls = new OpenCalls(snapshot);
    if (!snapshot) return;
    const { seq, inboxRead, failure, cancelled, ended, path, inputs, usage } = snapshot;
    Object.assign(this, { seq, inboxRead, failure, cancelled, ended, path, inputs, settledUsage: usage });
    for (const [step, output] of snapshot.outputs) this.outputs.set(step, output);
  }

  /** What its steps have used, those that have not ended too, as far as it is stored. */
  get usage(): Usage | undefined {
    return addUsage(this.settledUsage, this.calls.uncharged);
  }

  /** What stands for all entries so far, when it is time to write it. */
  snapshotIfDue(): MachineSnapshot | undefined {
    if (!this.#pace.mayBeDue) return undefined;
    const snapshot = this.snapshot();
    return this.#pace.isDue(snapshot) ? snapshot : undefined;
  }

  /** What stands for all entries so far. */
  snapshot(): MachineSnapshot {
    return snapshotOf(this);
  }

  /** A new attempt of a call, with the state that it works on. */
  begin(call: number): Attempt {
    return this.calls.begin(call, this.state);
  }

  /** The number of a call's next attempt, from 1. */
  attemptOf(call: number): number {
    return this.calls.attempts.next(call);
  }

  /** Takes an arrival in; undefined when it means nothing any more (a lost race, a timer). */
  accept(arrival: Arrival): Advance | undefined {
    if (arrival.type === "call") return this.#settle(arrival.call, arrival.outcome, arrival.at);
    const meaning = arrivalEntry(this, arrival);
    return meaning && this.apply(meaning.entry, meaning.call);
  }

  /** Takes the journal's rows in, state changes too. */
  replay(rows: readonly JournalRow[]): void {
    for (const { seq, entry } of rows) {
      if (seq !== this.seq + 1) {
        throw entryMissing(this.runId, this.seq + 1);
      }
      if (entry.type === "completed" && entry.patches) this.state.apply(entry.patches);
      this.apply(entry);
    }
  }

  /** Takes one entry in, all but its patches (those of a live completion are committed already). */
  apply(entry: JournalEntry, call?: StepCallRecord): Advance {
    this.seq++;
    this.#pace.note(entry);
    const attempt = call && this.attemptOf(call.id);
    return { entry, commands: this.#advance(entry), call, attempt };
  }

  #advance(entry: JournalEntry): readonly SchedulerCommand[] {
    switch (entry.type) {
      case "started":
        this.inputs = entry.inputs;
        this.path = entry.path;
        this.state = new FlowState(entry.state, this.flow.rules);
        return this.#schedule({ type: "started", payload: entry.inputs });
      case "completed":
        return this.#completed(entry);
      case "skipped":
        this.calls.close(entry.call);
        return this.#schedule({ type: "skipped", call: entry.call });
      case "attempt-failed":
        this.calls.failed(entry);
        this.#used(entry.usage);
        return [];
      case "once":
      case "timer":
      case "asked":
        this.calls.note(entry);
        return noLabels;
      case "failed":
        return this.#failed(entry);
      case "signal": {
        this.inboxRead = entry.position;
        const signal = this.flow.signalNumbers.get(entry.name);
        return signal === undefined ? [] : this.#schedule({ type: "signal", signal, payload: entry.payload });
      }
      case "cancelled":
        if (entry.position !== undefined) this.inboxRead = entry.position;
        this.cancelled = cancelOf(entry);
        return this.#schedule({ type: "cancelled" });
      case "resumed":
        this.failure = undefined;
        this.cancelled = undefined;
        this.ended = undefined;
        this.calls.resumed();
        return this.#schedule({ type: "resumed" });
      case "answered":
      case "child":
        if (entry.position !== undefined) this.inboxRead = entry.position;
        if (entry.type === "answered" && entry.label) return this.#decided(entry.call, entry.label);
        this.calls.note(entry);
        return noLabels;
      case "parked":
        this.calls.park(entry.calls, entry.asleep, entry.left);
        return noLabels;
      case "left":
        this.calls.leave(entry.calls);
        return noLabels;
      case "dropped":
        this.inboxRead = entry.position;
        return noLabels;
      case "annotated":
        return noLabels;
      case "ended":
        this.ended = entry;
        return [];
      case "migrated":
      case "forked":
        throw new FlowError("INTERNAL", "A run is opened at an entry that holds all of it.", { runId: this.runId });
    }
  }

  #completed(entry: EntryOf<"completed">): readonly SchedulerCommand[] {
    const call = this.scheduler.call(entry.call);
    this.#used(entry.usage);
    if (call) this.outputs.set(call.step, entry.output);
    const labels = entry.labels ? takenLabels(this.flow, entry.labels) : noLabels;
    const { output } = entry;
    if (entry.approval) {
      this.calls.asks(entry);
      return this.#schedule({ type: "completed", call: entry.call, output, labels, asking: true });
    }
    this.calls.completed(entry.call);
    return this.#schedule({ type: "completed", call: entry.call, output, labels });
  }

  #decided(call: number, { label, payload }: NonNullable<EntryOf<"answered">["label"]>): readonly SchedulerCommand[] {
    this.calls.decided(call);
    const [taken] = takenLabels(this.flow, [{ label, payload }]);
    return this.#schedule({ type: "answered", call, label: taken });
  }

  #failed(entry: EntryOf<"failed">): readonly SchedulerCommand[] {
    const { call, error } = entry;
    this.calls.failed(entry);
    this.#used(entry.usage);
    const wasStopping = this.scheduler.stopping;
    const fatal = fatalCodes.has(error.code);
    const commands = this.#schedule({ type: "failed", call, error: heldError(error), fatal });
    if (!wasStopping && this.scheduler.stopping) this.failure = error;
    if (!this.scheduler.isOpen(call)) this.calls.close(call);
    return commands;
  }

  #settle(id: number, outcome: CallOutcome, at: number): Advance | undefined {
    const call = this.scheduler.call(id);
    const state = this.calls.end(id);
    try {
      if (!call) return undefined;
      if (outcome.type === "skipped")
        return this.apply({ type: "skipped", at, ...callPlace(call, this.nameOf(call)) }, call);
      if (outcome.type === "failed") return this.#fail(call, outcome, at);
      return this.#commit(call, outcome, at);
    } finally {
      if (state) this.state.end(state);
    }
  }

  #commit(
    call: StepCallRecord,
    { output, labels, change, approval: asked, usage: own }: CompletedOutcome,
    at: number,
  ): Advance | undefined {
    let patches: readonly StatePatch[] | undefined;
    try {
      patches = change && this.state.commit(change, this.nameOf(call));
    } catch (error) {
      if (!FlowError.is(error)) throw error;
      return this.#fail(call, { type: "failed", error, mayRetry: true, chance: 0.5, ...(own && { usage: own }) }, at);
    }
    const approval = asked && openedApproval(this, call, { asked, at });
    const usage = this.calls.usageOf(call.id, own);
    const entry = completedEntry(call, this.nameOf(call), { at, output, labels, patches, approval, usage });
    return this.apply(entry, call);
  }

  #fail(call: StepCallRecord, outcome: FailedOutcome, at: number): Advance | undefined {
    if (this.halted && !this.scheduler.stopping) return undefined;
    const wasStopping = this.scheduler.stopping;
    const advance = this.apply(failedEntry(this, call, { at, outcome }), call);
    if (outcome.left && !wasStopping && this.scheduler.stopping) this.calls.leaves(outcome.left);
    return advance;
  }

  #schedule(event: SchedulerEvent): readonly SchedulerCommand[] {
    const commands = this.scheduler.apply(event);
    for (const command of commands) if (command.type === "abort") this.#forget(command.call);
    return commands;
  }

  #used(usage: Usage | undefined): void {
    if (usage) this.settledUsage = addUsage(this.settledUsage, usage);
  }

  /** The call has lost a race: no outcome will come. */
  #forget(call: number): void {
    this.#used(this.calls.usageOf(call, undefined));
    this.calls.close(call);
    const state = this.calls.end(call);
    if (state) this.state.end(state);
  }

  nameOf({ step }: StepCallRecord): string {
    return this.flow.plan.steps[step]!.name;
  }
}
