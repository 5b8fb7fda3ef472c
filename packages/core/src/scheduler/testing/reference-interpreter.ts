/**
 * The scheduler by the book: slow, and simple enough to be checked by reading. It has the face of the real one.
 *
 * A completion makes its triggers at once: the step's name, its labels in order, `settled`; a failure `failed`, then
 * `settled`. For each trigger in that order, the steps that hear it in order of definition, their conditions in order,
 * the alternatives in order: the alternative calls, holds the operand, or drops it. Where a human is asked for the label, it
 * occurs when they have answered, as made by the same completion; until then the call is open, as the newest.
 */
import type { FlowPlan, PlanAlternative, PlanEntry, PlanLeaf, PlanTrigger } from "../../plan/index.js";
import type { AwaitedSignal, SchedulerCommand, SchedulerEvent, StepCallRecord } from "../types.js";
import { asking, asksFor } from "./reference-asking.js";
import { awaitedSignals } from "./reference-awaited.js";
import { type CallEvent, endingOf, handlesFailure, type Occurring } from "./reference-endings.js";
import { type Bucket, type EntryState, type Firing, ReferenceGroup } from "./reference-group.js";
import type { Element, ReferencePass } from "./reference-pass.js";
import { endOf, ReferencePasses } from "./reference-passes.js";
import { elementLoop, endsOf, hears, leavesOf, sameTrigger } from "./reference-plan.js";
import { nextGap } from "./reference-skipped.js";
import { dropStarved } from "./reference-starving.js";
import { agree, derive, type Occurrence, type Rounds, toRounds, toTurn } from "./reference-turns.js";

export class ReferenceScheduler {
  readonly #plan: FlowPlan;
  readonly #entries: EntryState[];
  readonly #open = new Map<number, StepCallRecord>();
  readonly #callsOf = new Map<number, number>();
  readonly #arrivals = new Map<number, number>();
  readonly #passes: ReferencePasses;
  #calls = 0;
  #stopping = false;
  #out: SchedulerCommand[] = [];

  constructor(plan: FlowPlan) {
    this.#plan = plan;
    this.#passes = new ReferencePasses(plan);
    this.#entries = plan.steps.flatMap(({ entries }, step) =>
      entries.map((entry) => ({ step, entry, groups: groupsOf(plan, step, entry), calledTurns: new Set<string>() })),
    );
  }

  /** Whether no join depended on which of several rounds came first: the operands of each carried the same loops. */
  get isEven(): boolean {
    return this.#entries.every(({ groups }) => [...groups.values()].every((group) => group.isEven));
  }

  apply(event: SchedulerEvent): SchedulerCommand[] {
    this.#out = [];
    if (event.type === "started") this.#start(event.payload);
    else if (event.type === "signal") this.#signal(event.signal, event.payload);
    else if (event.type === "cancelled") this.#stopping = true;
    else if (event.type === "resumed") this.#resume();
    else {
      const call = this.#open.get(event.call);
      // What a loser of a race still brings is dropped.
      if (call) this.#close(call, event);
    }
    return this.#out;
  }

  openCalls(): StepCallRecord[] {
    return [...this.#open.values()];
  }

  awaited(): AwaitedSignal[] {
    return awaitedSignals(this.#plan, this.#entries);
  }

  finish(): SchedulerCommand[] {
    this.#out = [];
    for (const { step, groups } of this.#entries) {
      for (const group of groups.values()) {
        if (group.hasFired) continue;
        for (const bucket of group.buckets) this.#reportStarved(step, group, bucket);
        group.buckets = [];
      }
    }
    return this.#out;
  }

  #start(payload: unknown): void {
    for (const [step, { starts, loops }] of this.#plan.steps.entries()) {
      if (starts) this.#call(step, { payload, trigger: "start", rounds: new Map(loops.map((loop) => [loop, 0])) });
    }
    this.#goOnWithout();
  }

  #signal(signal: number, payload: unknown): void {
    const arrival = (this.#arrivals.get(signal) ?? 0) + 1;
    this.#arrivals.set(signal, arrival);
    const rounds = new Map([[this.#plan.loops.length + signal, arrival]]);
    this.#occur(undefined, rounds, [{ trigger: { kind: "signal", signal }, payload }]);
    this.#goOnWithout();
  }

  #resume(): void {
    this.#stopping = false;
    for (const call of this.openCalls().sort((a, b) => a.id - b.id))
      if (!call.asking) this.#out.push({ type: "call", call });
    this.#callAllMore();
  }

  #close(call: StepCallRecord, event: CallEvent): void {
    const { step } = call;
    if (event.type === "failed" && (event.fatal || this.#stopping || !handlesFailure(this.#plan, step))) {
      this.#stopping = true;
      return;
    }
    const { occurring, before } = endingOf(step, event);
    this.#open.delete(call.id);
    this.#occur(step, toRounds(call.turn), occurring, before);
    const pass = this.#passes.get(call.pass);
    const end = endOf(event);
    if (pass && end) {
      const isList = this.#plan.steps[step]!.forEach!.batch !== undefined && call.index! >= 0;
      for (const [i, { index, history }] of pass.called.get(call.index!)!.entries()) {
        const own = isList && end.status === "completed" ? { ...end, value: (end.value as unknown[])[i] } : end;
        pass.end(index!, own);
        this.#passes.handOn(pass, { index, turn: call.turn, history }, own);
      }
      this.#goThrough(pass);
    }
    if (event.type === "completed" && event.asking) {
      this.#open.set(call.id, asking(call));
    }
    this.#goOnWithout();
    this.#dropStarved();
  }

  get #held() {
    return { entries: this.#entries, passes: this.#passes.sources() };
  }

  #goOnWithout(): void {
    for (;;) {
      const gap = nextGap(this.#plan, this.openCalls(), this.#held);
      if (!gap) return;
      this.#fire(gap.state, gap.group.fireWithout(gap.bucket, gap.missing));
    }
  }

  #callAllMore(): void {
    for (const pass of this.#passes.values()) this.#callMore(pass);
  }

  /** As many elements as may be worked on at once, but none while as much as that waits before a step that follows. */
  #callMore(pass: ReferencePass): void {
    const { step, trigger } = pass;
    const { concurrency, batch } = this.#plan.steps[step]!.forEach!;
    const running = () => this.openCalls().filter((call) => call.pass === pass.id).length;
    // fewer only when no more are to come
    const least = () => (pass.source && this.#passes.has(pass.source) ? (batch ?? 1) : 1);
    while (
      !this.#stopping &&
      pass.waiting.length >= least() &&
      running() < concurrency &&
      !this.#passes.isHeldUp(pass)
    ) {
      const number = (this.#callsOf.get(step) ?? 0) + 1;
      const elements = pass.waiting.splice(0, batch ?? 1);
      const [{ index, rounds: own, payload: first }] = elements as [Element];
      pass.called.set(index!, elements);
      const payload = batch === undefined || index! < 0 ? first : elements.map((element) => element.payload);
      const rounds = new Map([...own, [elementLoop(this.#plan, step), number]]);
      this.#add(step, { payload, trigger, rounds, index, pass: pass.id });
    }
    if (pass.source && this.#passes.has(pass.source)) this.#callMore(pass.source);
  }

  /** What may be called for; when all are done, the end of the list; then those that follow. */
  #goThrough(pass: ReferencePass): void {
    this.#callMore(pass);
    const followers = this.#passes.followersOf(pass);
    if (pass.isOver) this.#end(pass);
    for (const follower of followers) if (this.#passes.has(follower)) this.#goThrough(follower);
  }

  #end(pass: ReferencePass): void {
    const { step } = pass;
    const { onError } = this.#plan.steps[step]!.forEach!;
    this.#passes.delete(pass);
    const [collect, outcomes] = endsOf(step) as [PlanTrigger, PlanTrigger];
    const ends: Occurring[] = [{ trigger: outcomes, payload: pass.ends }];
    if (!pass.hasFailures || onError === "collect") ends.unshift({ trigger: collect, payload: pass.values });
    this.#occur(step, pass.rounds, ends);
  }

  /** `before`: what the same completion has made already. */
  #occur(
    step: number | undefined,
    own: Rounds,
    ...[occurring, before = []]: [occurring: readonly Occurring[], before?: readonly PlanTrigger[]]
  ): void {
    const occurrence = { step, rounds: own, completion: [...before, ...occurring.map(({ trigger }) => trigger)] };
    for (const { trigger, payload } of occurring) {
      const heard = this.#plan.steps.some((listener) => hears(listener, trigger));
      if (trigger.kind === "label" && !heard) this.#out.push({ type: "unheard", step: step!, label: trigger.label });
      for (const state of this.#entries) {
        if (!hears(this.#plan.steps[state.step]!, trigger)) continue;
        const rounds = derive(this.#plan, { ...occurrence, trigger }, state.step);
        const operand = { payload, rounds };
        for (const alternative of state.entry.alternatives) {
          for (const leaf of leavesOf(alternative.node)) {
            if (!sameTrigger(leaf.trigger, trigger)) continue;
            const group = state.groups.get(alternative);
            const firings = group
              ? group.arrive(leaf, operand)
              : [{ ...operand, isRepeated: false, trigger: leaf.key }];
            for (const firing of firings) this.#fire(state, firing);
          }
        }
      }
    }
  }

  #fire({ step, entry, calledTurns }: EntryState, firing: Firing): void {
    const turn = toTurn(firing.rounds);
    const oncePerTurn = entry.mode === "or" || entry.mode === "race";
    if (firing.isRepeated || (oncePerTurn && calledTurns.has(turn.join()))) {
      this.#out.push({ type: "ignored", step, trigger: firing.trigger, turn });
      return;
    }
    calledTurns.add(turn.join());
    const lost = this.#passes.lose(step, entry, firing.rounds);
    for (const call of this.openCalls()) {
      if (call.pass !== undefined && lost.includes(call.pass)) {
        this.#abort(call);
        continue;
      }
      if (call.pass !== undefined) continue;
      if (!entry.losers.includes(call.step) && !(call.asking && asksFor(this.#plan, call.step, entry))) continue;
      // The turn that the race would have got from it: a race that heads a loop is a round ahead of its runners.
      const trigger: PlanTrigger = { kind: "step", step: call.step };
      const runner: Occurrence = { step: call.step, rounds: toRounds(call.turn), trigger, completion: [trigger] };
      if (!agree(derive(this.#plan, runner, step), firing.rounds)) continue;
      this.#abort(call);
    }
    if (lost.length > 0) this.#callAllMore();
    this.#call(step, firing);
  }

  #abort({ id, step, number }: StepCallRecord): void {
    this.#open.delete(id);
    this.#out.push({ type: "abort", call: id, step, number });
  }

  #call(step: number, firing: Omit<Firing, "isRepeated">): void {
    if (!this.#plan.steps[step]!.forEach) return this.#add(step, firing);
    this.#goThrough(this.#passes.add(step, firing));
  }

  #add(step: number, { rounds, ...called }: Omit<Firing, "isRepeated"> & Pick<StepCallRecord, "index" | "pass">): void {
    const { payload, trigger, index, pass } = called;
    const element = pass === undefined ? {} : { index, pass };
    const number = (this.#callsOf.get(step) ?? 0) + 1;
    this.#callsOf.set(step, number);
    const turn = toTurn(rounds);
    const call: StepCallRecord = { id: ++this.#calls, step, number, turn, trigger, payload, ...element };
    this.#open.set(call.id, call);
    // Called while the run is stopping: due, and asked for when it is resumed.
    if (!this.#stopping) this.#out.push({ type: "call", call });
  }

  #dropStarved(): void {
    for (const { step, group, bucket } of dropStarved(this.#plan, this.openCalls(), this.#held))
      this.#reportStarved(step, group, bucket);
  }

  #reportStarved(step: number, group: ReferenceGroup, bucket: Bucket): void {
    const has = (leaf: PlanLeaf) => bucket.slots.has(leaf) || group.kept.has(leaf);
    const held = group.leaves.filter(has).map(({ key }) => key);
    const missing = group.leaves.filter((leaf) => !has(leaf)).map(({ key }) => key);
    this.#out.push({ type: "starved", step, held, missing, turn: toTurn(bucket.key) });
  }
}

function groupsOf(plan: FlowPlan, step: number, entry: PlanEntry): Map<PlanAlternative, ReferenceGroup> {
  const groups = entry.alternatives.filter(({ node }) => node.kind !== "leaf");
  return new Map(groups.map((alternative) => [alternative, new ReferenceGroup(plan, step, alternative)]));
}
