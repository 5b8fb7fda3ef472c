/**
 * The scheduler: told what happened in a run, it says which steps to call. Deterministic, no I/O, no clock: the same events
 * give the same commands, so a journal and a plan say where a run stands. Costs per event what the event itself touches.
 */
import type { FlowPlan } from "../plan/index.js";
import { awaitedSignals } from "./awaited.js";
import { CallTable } from "./call-table.js";
import { Counters } from "./counters.js";
import { FiredEntries } from "./fired-entries.js";
import type { Firing as GroupFiring } from "./group-store.js";
import { HeldOperands } from "./held-operands.js";
import { lostCalls } from "./lost-races.js";
import { OpenPasses } from "./open-passes.js";
import type { Firing } from "./passes.js";
import { type IndexedEntry, indexPlan, type Link, type PlanIndex } from "./plan-index.js";
import { nextGap, type Standing } from "./skipped-sources.js";
import { askingCall, type OpenCall, type SchedulerSnapshot, storedCall } from "./snapshot.js";
import { type Completion, firstTurn, turnFor } from "./turns.js";
import type { AwaitedSignal, SchedulerCommand, SchedulerEvent, StepCallRecord, TakenLabel, Turn } from "./types.js";

export class Scheduler {
  readonly index: PlanIndex;
  readonly #open = new CallTable<OpenCall>();
  readonly #next: Counters;
  readonly #held: HeldOperands;
  readonly #fired: FiredEntries;
  /** Undefined where no step is called per element. */
  readonly passes: OpenPasses | undefined;
  readonly #standing: Standing;
  #stopping = false;
  #commands: SchedulerCommand[] = [];

  constructor(plan: FlowPlan) {
    this.index = indexPlan(plan);
    this.#next = new Counters(plan);
    this.#held = new HeldOperands(this.index);
    this.#fired = new FiredEntries(this.index.entryCount);
    this.passes = this.index.isMany && this.#newPasses();
    const [open, passes] = [this.#open, this.passes];
    this.#standing = { open, passes, groups: this.#held.stores, called: this.#fired.called };
  }

  /** A scheduler as it stood when `snapshot` was taken. */
  static restore(plan: FlowPlan, snapshot: SchedulerSnapshot): Scheduler {
    const scheduler = new Scheduler(plan);
    scheduler.#next.restore(snapshot);
    scheduler.#stopping = snapshot.stopping;
    if (snapshot.passes) scheduler.passes?.restore(snapshot.passes);
    for (const call of snapshot.open)
      scheduler.#open.set(call.id, { payload: scheduler.passes?.resume(call), ...call });
    scheduler.#fired.restore(snapshot);
    scheduler.#held.restore(snapshot.groups);
    return scheduler;
  }

  /** Everything there is to know, as plain data that `restore` takes. */
  snapshot(): SchedulerSnapshot {
    return {
      ...this.#next.toJSON(),
      stopping: this.#stopping,
      open: this.#open.values().map((call) => storedCall(call, this.passes?.holds(call) ?? false)),
      ...this.#fired.toJSON(),
      groups: this.#held.snapshot(),
      ...(this.passes && { passes: this.passes.toJSON() }),
    };
  }

  /** Takes one event in and answers what to do, in order. An event of a call that is not open (a lost race) does nothing. */
  apply(event: SchedulerEvent): readonly SchedulerCommand[] {
    this.#commands = [];
    switch (event.type) {
      case "started":
        this.index.plan.steps.forEach(({ starts }, step) => {
          if (starts) this.#call(step, { turn: firstTurn(this.index, step), trigger: "start", payload: event.payload });
        });
        this.#goOnWithout(); // a list that is empty is over at once
        break;
      case "completed":
        this.#completed(event);
        break;
      case "answered":
        this.#answered(event.call, event.label);
        break;
      case "skipped":
        this.#skipped(event.call);
        break;
      case "failed":
        this.#failed(event.call, event.error, event.fatal ?? false);
        break;
      case "signal":
        this.#signalled(event.signal, event.payload);
        break;
      case "cancelled":
        this.#stopping = true;
        break;
      case "resumed":
        this.#resumed();
        break;
    }
    return this.#commands;
  }

  /** Calls that have not come to an end, in the order in which they were called. */
  openCalls(): StepCallRecord[] {
    return this.#open.values();
  }

  get openCount(): number {
    return this.#open.size;
  }

  isOpen(call: number): boolean {
    return this.#open.has(call);
  }

  /** An open call by its id. */
  call(id: number): StepCallRecord | undefined {
    return this.#open.get(id);
  }

  /** Whether a failure or a cancel has stopped the run: what is called now is due at the next resume. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** The signals that alone could make something happen; meant to be asked when nothing is open. */
  awaited(): AwaitedSignal[] {
    return awaitedSignals(this.index, this.#standing);
  }

  /** At the end of a run: what is held by groups that never fired. */
  finish(): readonly SchedulerCommand[] {
    return this.#held.leftover();
  }

  #completed({ call: id, output, labels, asking }: Extract<SchedulerEvent, { type: "completed" }>): void {
    const call = this.#close(id);
    if (!call) return;
    const { index } = this;
    const { step } = call;
    const settled = index.settledKey(step);
    const plain = index.plainTriggers[step]!;
    const triggers = labels.length === 0 ? plain : [...plain, ...labels.map(({ label }) => index.labelKey(label))];
    const completion: Completion = { step, turn: call.turn, triggers };
    this.#occur(step, output, completion);
    for (const label of labels) this.#take(label, completion);
    if (plain.length > 1) this.#occur(settled, { status: "completed", value: output }, completion);
    this.passes?.settle(call, { status: "completed", value: output });
    if (asking) this.#open.set(id, askingCall(call));
    this.#dropStarved(call.turn);
  }

  #answered(id: number, label: TakenLabel | undefined): void {
    const call = this.#close(id);
    if (!call) return;
    const { step, turn } = call;
    // the same as if the step had returned it
    const triggers = [...this.index.plainTriggers[step]!, ...(label ? [this.index.labelKey(label.label)] : [])];
    if (label) this.#take(label, { step, turn, triggers });
    this.#dropStarved(turn);
  }

  #take({ label, payload }: TakenLabel, completion: Completion): void {
    const key = this.index.labelKey(label);
    if (this.index.hears[key]!.length > 0) this.#occur(key, payload, completion);
    else this.#commands.push({ type: "unheard", step: completion.step, label });
  }

  #skipped(id: number): void {
    const call = this.#close(id);
    if (!call) return;
    const settled = this.index.settledKey(call.step);
    this.#occur(settled, { status: "skipped" }, { step: call.step, turn: call.turn, triggers: [settled] });
    this.passes?.settle(call, { status: "skipped" });
    this.#dropStarved(call.turn);
  }

  #failed(id: number, error: unknown, fatal: boolean): void {
    const call = this.#open.get(id);
    if (!call) return;
    const { index } = this;
    const triggers = [index.failedKey(call.step), index.settledKey(call.step)];
    if (fatal || this.#stopping || !index.handlesFailure[call.step]) {
      this.#open.set(id, { ...call, failed: true });
      this.#stopping = true;
      return;
    }
    this.#open.delete(id);
    const completion: Completion = { step: call.step, turn: call.turn, triggers };
    this.#occur(triggers[0]!, error, completion);
    this.#occur(triggers[1]!, { status: "failed", error }, completion);
    this.passes?.settle(call, { status: "failed", error });
    this.#dropStarved(call.turn);
  }

  #signalled(signal: number, payload: unknown): void {
    const { index } = this;
    const turn: Turn = [index.plan.loops.length + signal, this.#next.arrival(signal)];
    const key = index.signalKey(signal);
    this.#occur(key, payload, { step: -1, turn, triggers: [key] });
    this.#goOnWithout();
  }

  #resumed(): void {
    this.#stopping = false;
    for (const { failed: _, ...call } of this.#open.values()) {
      this.#open.set(call.id, call);
      if (!call.asking) this.#commands.push({ type: "call", call });
    }
    this.passes?.goOn();
  }

  #newPasses(): OpenPasses {
    const { index } = this;
    return new OpenPasses(index, {
      mayCall: () => !this.#stopping,
      call: (pass) => this.#add(pass.call(index, this.#next.call(), this.#next.of(pass.step))),
      over: (pass) => {
        for (const end of pass.occurring(index)) this.#occur(end.trigger, end.payload, end.completion);
      },
    });
  }

  #occur(trigger: number, payload: unknown, completion: Completion): void {
    for (const link of this.index.hears[trigger]!) {
      const turn = turnFor(this.index, completion, { trigger, listener: link.step });
      if (link.group) this.#hold(link, payload, turn);
      else this.#fire(link.entry, { payload, turn, trigger: link.leaf.key });
    }
  }

  #hold({ group, slot, entry, leaf }: Link, payload: unknown, turn: Turn): void {
    const firings = this.#held.hold(group!, slot, { payload, turn });
    const { step } = entry;
    if (!firings) this.#commands.push({ type: "ignored", step, trigger: leaf.key, turn });
    for (const firing of firings ?? []) this.#joined(entry, firing);
  }

  #joined(entry: IndexedEntry, firing: GroupFiring): void {
    const { repeated, trigger, turn } = firing;
    if (repeated) this.#commands.push({ type: "ignored", step: entry.step, trigger, turn });
    else this.#fire(entry, firing);
  }

  /** Joins that lack only what `settled` was to tell of steps that nothing leads to any more. */
  #goOnWithout(): void {
    if (!this.index.mayLack) return;
    for (;;) {
      const gap = nextGap(this.index, this.#held.mayLack, this.#standing);
      if (!gap) return;
      this.#joined(gap.store.group.entry, gap.store.fireWithout(gap.bucket, gap.missing));
    }
  }

  #fire({ id, step, mode, losers }: IndexedEntry, { payload, turn, trigger }: Firing): void {
    if (mode === "or" || mode === "race") {
      if (!this.#fired.add(id, turn)) {
        this.#commands.push({ type: "ignored", step, trigger, turn });
        return;
      }
      if (mode === "race") {
        const passes = this.passes?.size;
        for (const lost of lostCalls(this.index, this.#standing, { race: step, entry: id, losers, turn })) {
          this.#open.delete(lost.id);
          this.#commands.push({ type: "abort", call: lost.id, step: lost.step, number: lost.number });
        }
        // the elements of a list that is lost made another one wait
        if (passes !== this.passes?.size) this.passes?.goOn();
      }
    }
    this.#fired.note(id);
    this.#call(step, { turn, trigger, payload });
  }

  #call(step: number, { turn, trigger, payload }: Firing): void {
    if (this.index.isMany?.[step]) this.passes!.begin(step, { turn, trigger, payload });
    else this.#add({ id: this.#next.call(), step, number: this.#next.of(step), turn, trigger, payload });
  }

  #add(call: StepCallRecord): void {
    this.#open.set(call.id, call);
    if (!this.#stopping) this.#commands.push({ type: "call", call });
  }

  #close(id: number): OpenCall | undefined {
    const call = this.#open.get(id);
    this.#open.delete(id);
    return call;
  }

  /** After a call has closed: halves that nothing can complete any more go on without, or are dropped; fired turns are forgotten. */
  #dropStarved(turn: Turn): void {
    this.#goOnWithout();
    const dropped = this.#held.dropStarved(this.#standing);
    if (dropped.length > 0) this.#commands.push(...dropped);
    if (turn.length === 0 || !this.#fired.mayForget) return;
    this.#fired.forgetPast(this.index, this.#standing);
  }
}
