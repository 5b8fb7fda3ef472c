/**
 * The run loop: takes arrivals from the port, feeds the machine, makes the entries durable, then starts what they call.
 * The same loop on every engine; nothing here asks a clock or chance.
 */
import type { Arrival, Asleep, EntryOf, JournalEntry, MaybePromise, NotedEntry, RunPort } from "../ports/index.js";
import type { SchedulerCommand, StepCallRecord } from "../scheduler/index.js";
import { isNoted } from "./call-notes.js";
import { CallStarter } from "./call-starter.js";
import { askedAnew } from "./entries.js";
import type { TakenEntry } from "./entry-events.js";
import { expiredQuestions } from "./expired-questions.js";
import { applyLast, type NextRest, nextRest } from "./next-rest.js";
import { approvalKey } from "./open-approvals.js";
import type { Advance, RunMachine } from "./run-machine.js";
import type { RunReporter } from "./run-reporter.js";
import { isUnfinished, stillCounts } from "./stopped-run.js";

export interface RunLoopOptions {
  /** Calls of one step in the run. */
  readonly maxCalls: number;
  readonly reporter: RunReporter;
}

const none: readonly never[] = Object.freeze([]);

export class RunLoop {
  readonly #machine: RunMachine;
  readonly #port: RunPort;
  readonly #reporter: RunReporter;
  readonly #starter: CallStarter;
  /** Taken in, and not yet carried out: the calls whose timers are due, and what brought entries. */
  #due: readonly StepCallRecord[] | undefined;
  #advances: readonly Advance[] = [];
  #stopping = false;
  /** The caller wants the run back as it stands. */
  #halted = false;
  #graceOver = false;
  #settle: { readonly rested: () => void; readonly broke: (error: unknown) => void } | undefined;

  constructor(machine: RunMachine, port: RunPort, { maxCalls, reporter }: RunLoopOptions) {
    this.#machine = machine;
    this.#port = port;
    this.#reporter = reporter;
    this.#starter = new CallStarter({ machine, port, maxCalls, reporter });
  }

  /** A new run: `begin` is its first entry. Resolves when the run has come to rest. */
  start(begin: Extract<JournalEntry, { type: "started" }>): Promise<void> {
    const advance = this.#machine.apply(begin);
    const stored = this.#port.commit([begin]);
    return stored ? stored.then(() => this.#begin(advance)) : this.#begin(advance);
  }

  #begin(advance: Advance): Promise<void> {
    const armed = this.#port.arm(0);
    return armed ? armed.then(() => this.#created(advance)) : this.#created(advance);
  }

  #created(advance: Advance): Promise<void> {
    this.#reporter.advanced([advance]);
    // the caller may have given up before the run began: then nothing starts
    const goOn = () => {
      this.#carryOut(advance);
      return this.#untilRest();
    };
    const arrivals = this.#port.take();
    return arrivals.length > 0 ? this.#take(arrivals).then(goOn) : goOn();
  }

  /** A stored run, replayed into the machine: goes on where it stands. `again`: also where it was cancelled, and cut off in that. */
  async resume({ again }: { readonly again: boolean }): Promise<void> {
    const { scheduler } = this.#machine;
    await this.#port.arm(this.#machine.inboxRead);
    this.#stopping = !again && this.#machine.cancelled !== undefined;
    this.#reporter.resumed(scheduler.stopping && !this.#stopping ? await this.#again() : undefined);
    await this.#askAnew();
    // messages come first: a cancel must not find calls that were started a moment before
    const { calls } = this.#machine;
    const open = scheduler.openCalls().filter(({ id }) => !calls.isSuspended(id));
    await this.#take([...this.#port.take(), ...expiredQuestions(this.#machine, this.#port)]);
    for (const call of open) {
      // an answer among the messages has begun it
      if (calls.isUnderWay(call.id)) continue;
      const dueAt = calls.dueAt(call.id);
      if (dueAt === undefined) this.#startCall(call);
      else if (!this.#stopping && !this.#halted) this.#port.setTimer(call.id, dueAt);
    }
    await this.#untilRest();
  }

  /** After a failure or a cancel: what failed is due again. Its calls are started with all that are open. */
  async #again(): Promise<TakenEntry> {
    const from = this.#machine.ended?.status;
    const advance = this.#machine.apply({ type: "resumed", at: this.#port.now() });
    const stored = this.#port.commit([advance.entry]);
    if (stored) await stored;
    return from ? { ...advance, from } : advance;
  }

  /** What a fork has found put before a human, it asks under an id of its own. */
  async #askAnew(): Promise<void> {
    const machine = this.#machine;
    const at = this.#port.now();
    const advances = machine.calls.approvals.entries().flatMap(([id, approval]) => {
      const call = machine.scheduler.call(id);
      return call && approval.unasked ? [machine.apply(askedAnew(machine, call, { approval, at }), call)] : [];
    });
    if (advances.length === 0) return;
    const stored = this.#port.commit(advances.map(({ entry }) => entry));
    if (stored) await stored;
    this.#reporter.advanced(advances);
  }

  #untilRest(): Promise<void> {
    return new Promise((rested, broke) => {
      this.#settle = { rested, broke };
      this.#turn();
    });
  }

  /** Takes what has arrived until there is nothing more; then the port, or what is being stored, calls this again. */
  readonly #turn = (): void => {
    try {
      while (this.#once());
    } catch (error) {
      this.#broke(error);
    }
  };

  readonly #broke = (error: unknown): void => this.#settle?.broke(error);

  /** False: there is nothing to do now. */
  #once(): boolean {
    const uncallable = this.#starter.hasFailures;
    const asleep = uncallable ? undefined : this.#asleep();
    if (asleep) {
      const rested = this.#rest(asleep);
      if (rested === false) return true;
      if (rested === true) this.#settle?.rested();
      else rested.then((done) => (done ? this.#settle?.rested() : this.#turn())).catch(this.#broke);
      return false;
    }
    if (!uncallable && !this.#port.ready(this.#turn)) return false;
    const stored = this.#accept(uncallable ? this.#starter.takeFailures() : this.#port.take());
    if (!stored) {
      this.#goOn();
      return true;
    }
    stored.then(this.#stored, this.#broke);
    return false;
  }

  /** Nothing is to be waited for here; the running calls that sleep. */
  #asleep(): readonly Asleep[] | undefined {
    if (this.#graceOver || this.#port.pending === 0) return none;
    return this.#halted ? undefined : this.#port.asleep();
  }

  readonly #stored = (): void => {
    try {
      this.#goOn();
    } catch (error) {
      return this.#broke(error);
    }
    this.#turn();
  };

  async #take(arrivals: readonly Arrival[]): Promise<void> {
    await this.#accept(arrivals);
    this.#goOn();
  }

  /** Takes arrivals in and stores what they bring about; then `#goOn` is due. A batch stored at once costs no promise. */
  #accept(arrivals: readonly Arrival[]): MaybePromise<void> {
    let advances: Advance[] | undefined;
    let due: StepCallRecord[] | undefined;
    for (const arrival of arrivals) {
      if (arrival.type === "timer") {
        const call = this.#machine.scheduler.call(arrival.call);
        if (call) due = [...(due ?? []), call];
        continue;
      }
      if (arrival.type === "grace") this.#graceOver = true;
      if (arrival.type === "halt") this.#halt();
      if (this.#halted && !stillCounts(arrival)) continue;
      const advance = this.#machine.accept(arrival);
      if (!advance) continue;
      if (advances) advances.push(advance);
      else advances = [advance];
      this.#reporter.noteDuration(arrival);
    }
    this.#advances = advances ?? none;
    this.#due = due;
    if (!advances) return;
    if (this.#machine.scheduler.stopping && !this.#stopping) this.#leave(advances, arrivals.at(-1)!);
    return this.#port.commit(advances.map(({ entry }) => entry));
  }

  /** Before what runs is told to stop. */
  #leave(advances: Advance[], { at }: Arrival): void {
    const calls = [...this.#port.left(), ...this.#machine.calls.leaving].sort(([a], [b]) => a - b);
    if (calls.length > 0) advances.push(this.#machine.apply({ type: "left", at, calls }));
  }

  /** What was taken in is stored. */
  #goOn(): void {
    const advances = this.#advances;
    const due = this.#due;
    this.#reporter.advanced(advances);
    for (const advance of advances) this.#carryOut(advance);
    if (due) for (const call of due) this.#startCall(call);
  }

  #carryOut({ entry, commands }: Advance): void {
    if (this.#machine.scheduler.stopping && !this.#stopping) this.#stop();
    for (const command of commands) this.#command(command);
    if (isNoted(entry)) this.#noted(entry);
    else if (entry.type === "completed") this.#completed(entry);
    else if (entry.type === "attempt-failed" && !this.#stopping) this.#port.setTimer(entry.call, entry.retryAt);
  }

  #noted(entry: NotedEntry): void {
    const { call, key } = entry;
    if (entry.type === "asked" && entry.until !== undefined) this.#port.setDeadline({ call, key, at: entry.until });
    const moved = entry.type === "child" && entry.status === "moved";
    if (entry.type !== "answered" && !moved) return this.#port.noted(call, key);
    if (this.#machine.calls.isUnderWay(call))
      return entry.type === "answered" ? this.#port.noted(call, key, entry.answer) : this.#port.moved(call, key);
    const record = this.#machine.scheduler.call(call);
    // one that has failed is begun again when it is time
    if (record && !this.#machine.calls.isToBeTriedAgain(call)) this.#startCall(record);
  }

  #completed({ call, approval }: EntryOf<"completed">): void {
    if (approval?.until !== undefined) this.#port.setDeadline({ call, key: approvalKey, at: approval.until });
  }

  #command(command: SchedulerCommand): void {
    if (command.type === "abort") this.#port.drop(command.call);
    else if (command.type === "call") this.#startCall(command.call);
  }

  #startCall(call: StepCallRecord): void {
    // a call may be lost to a race, or the run stopped, by a later entry of the same batch
    if (this.#stopping || this.#halted || !this.#machine.scheduler.isOpen(call.id)) return;
    this.#starter.start(call);
  }

  #stop(): void {
    this.#stopping = true;
    this.#port.clearTimers();
    this.#port.abortAll(this.#machine.failure?.message ?? this.#machine.cancelled?.reason ?? "the run was cancelled");
    if (this.#port.pending > 0) this.#port.startGrace(this.#machine.cancelled?.graceMs);
  }

  /** Nothing new begins: what runs may end, then the run is given up as it stands. */
  #halt(): void {
    if (this.#halted || this.#machine.scheduler.stopping) return;
    this.#halted = true;
    this.#machine.halted = true;
    this.#port.clearTimers();
    this.#port.halt();
    if (this.#port.pending > 0) this.#port.startGrace();
  }

  /** Ends or parks the run; false when a message has come: then the loop goes on. */
  #rest(asleep: readonly Asleep[]): MaybePromise<boolean> {
    if (this.#halted && isUnfinished(this.#machine, this.#port)) return this.#release();
    const next = nextRest(this.#machine, this.#port.now(), { asleep, left: () => this.#port.left() });
    const rested = this.#port.rest(next.entry ? [next.entry] : [], next.rest);
    if (rested instanceof Promise) return rested.then((done) => (done ? this.#rested(next) : this.#notRested()));
    return rested ? this.#rested(next) : this.#notRested();
  }

  /** A message has come: who wants the run back does not wait for what it brings. */
  #notRested(): MaybePromise<boolean> {
    return this.#halted && this.#release();
  }

  #release(): MaybePromise<true> {
    this.#machine.stopped = true;
    const released = this.#port.release();
    return released ? released.then(() => true as const) : true;
  }

  #rested({ entry, rest }: NextRest): true {
    if (entry) this.#reporter.advanced([applyLast(this.#machine, entry)]);
    if (!rest.waitingFor) return true;
    this.#machine.waitingFor = rest.waitingFor;
    this.#reporter.waiting(rest.waitingFor);
    return true;
  }
}
