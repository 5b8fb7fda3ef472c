/**
 * Plays a plan without running any code: which call ends next is chosen by numbers, and what a call answers depends on
 * its step and its own turn alone. In: a scheduler and the choices. Out: every event with the commands it led to.
 */
import type { FlowPlan, PlanTrigger } from "../../plan/index.js";
import type { AwaitedSignal, SchedulerCommand, SchedulerEvent, StepCallRecord, TakenLabel } from "../types.js";
import { hears } from "./reference-plan.js";
import { TurnTexts } from "./turn-texts.js";

/** What the real scheduler and the one by the book have in common. */
export interface SchedulerFace {
  apply(event: SchedulerEvent): readonly SchedulerCommand[];
  openCalls(): readonly StepCallRecord[];
  awaited(): readonly AwaitedSignal[];
  finish(): readonly SchedulerCommand[];
}

/** What calls answer. It sees the step and the call's own turn, never the order in which things happened. */
export interface Behaviour {
  /** `turn` is the call's own as text, with elements told by their place in their list and not by their number. */
  labels(call: StepCallRecord, turn: string): readonly TakenLabel[];
  ending(call: StepCallRecord, turn: string): "complete" | "skip" | "fail";
  /** Whether the label is what a human answers, some time after the call has completed. */
  asks?(call: StepCallRecord, turn: string): boolean;
  /** How many elements are in the list that it answers, where its answer is gone through one by one. */
  elements(call: StepCallRecord, turn: string): number;
}

export interface PlayOptions {
  readonly behaviour: Behaviour;
  /** Which of so many running calls, oldest first, ends next. */
  readonly choose: (count: number) => number;
  /** Sent when so many events were applied, or when nothing else is left to do. */
  readonly signals?: readonly { readonly after: number; readonly signal: number }[];
  /** Cancels after so many events; the run is resumed when nothing runs any more. */
  readonly cancelAfter?: number;
  /** Gives up after so many events. */
  readonly limit?: number;
}

export interface Played {
  readonly events: readonly SchedulerEvent[];
  /** By event: what it led to. The last one, without an event, is what `finish` said. */
  readonly commands: readonly (readonly SchedulerCommand[])[];
  /** By step: how often it was called. */
  readonly calls: readonly number[];
  /** False: the limit was reached. */
  readonly ended: boolean;
}

export function play(plan: FlowPlan, scheduler: SchedulerFace, options: PlayOptions): Played {
  const { behaviour, choose, cancelAfter = -1, limit = 400 } = options;
  const events: SchedulerEvent[] = [];
  const commands: (readonly SchedulerCommand[])[] = [];
  const running = new Map<number, StepCallRecord>();
  const called = new Map<number, number>();
  const failedBefore = new Set<number>();
  const turns = new TurnTexts(plan);
  const signals = [...(options.signals ?? [])].sort((a, b) => a.after - b.after);

  const apply = (event: SchedulerEvent) => {
    const answer = scheduler.apply(event);
    events.push(event);
    commands.push(answer);
    for (const command of answer) {
      if (command.type === "abort") running.delete(command.call);
      if (command.type !== "call") continue;
      running.set(command.call.id, command.call);
    }
    for (const call of scheduler.openCalls()) {
      called.set(call.id, call.step);
      turns.note(call);
    }
  };
  const sendSignal = () =>
    apply({ type: "signal", signal: signals[0]!.signal, payload: `signal ${signals.shift()!.after}` });

  const end = (call: StepCallRecord): SchedulerEvent => {
    const turn = turns.of(call.turn);
    if (call.asking) return { type: "answered", call: call.id, label: behaviour.labels(call, turn)[0] };
    const ending = behaviour.ending(call, turn);
    if (ending === "skip") return { type: "skipped", call: call.id };
    const isHandled = hearsFailure(plan, call.step);
    if (ending === "fail" && (isHandled || !failedBefore.has(call.id))) {
      failedBefore.add(call.id);
      return { type: "failed", call: call.id, error: `${nameOf(plan, call)} failed` };
    }
    const name = nameOf(plan, call);
    const isBatch = plan.steps[call.step]!.forEach?.batch !== undefined && call.index! >= 0;
    const output = isBatch
      ? (call.payload as unknown[]).map((_, i) => `${name}/${i}`)
      : isGoneThrough(plan, call.step)
        ? Array.from({ length: behaviour.elements(call, turn) }, (_, i) => `${name}/${i}`)
        : name;
    if (behaviour.asks?.(call, turn)) return { type: "completed", call: call.id, output, labels: [], asking: true };
    return { type: "completed", call: call.id, output, labels: behaviour.labels(call, turn) };
  };

  apply({ type: "started", payload: "inputs" });
  while (events.length < limit) {
    if (events.length === cancelAfter) apply({ type: "cancelled" });
    else if (signals.length > 0 && signals[0]!.after <= events.length) sendSignal();
    else if (running.size > 0) {
      const calls = [...running.values()];
      const call = calls[choose(calls.length)]!;
      running.delete(call.id);
      const event = end(call);
      apply(event);
      if (event.type === "completed" && event.asking) running.set(call.id, { ...call, asking: true });
    } else if (scheduler.openCalls().length > 0) apply({ type: "resumed" });
    else if (signals.length > 0) sendSignal();
    else break;
  }
  const ended = events.length < limit;
  if (ended) commands.push(scheduler.finish());

  const calls = plan.steps.map((_, step) => [...called.values()].filter((other) => other === step).length);
  return { events, commands, calls, ended };
}

/** Whether a step is called for each element of what this one answers. */
function isGoneThrough(plan: FlowPlan, step: number): boolean {
  return plan.steps.some((listener) => listener.forEach && hears(listener, { kind: "step", step }));
}

function nameOf(plan: FlowPlan, call: StepCallRecord): string {
  return `${plan.steps[call.step]!.name}#${call.number}`;
}

function hearsFailure(plan: FlowPlan, step: number): boolean {
  const triggers: PlanTrigger[] = [
    { kind: "failed", step },
    { kind: "settled", step },
    { kind: "outcomes", step },
  ];
  if (plan.steps[step]!.forEach?.onError === "collect") return true;
  return plan.steps.some((listener) => triggers.some((trigger) => hears(listener, trigger)));
}

/** By router: what it answers in the given rounds, keyed by the name of each loop's head. */
export type Answers = Readonly<Record<string, (rounds: Readonly<Record<string, number>>) => string | string[]>>;

/** Routers answer as told, all else completes. */
export function toldBehaviour(plan: FlowPlan, answers: Answers): Behaviour {
  const roundsOf = (call: StepCallRecord) =>
    Object.fromEntries(plan.loops.map(({ head }, loop) => [plan.steps[head]!.name, roundOf(call, loop)]));
  const labelNamed = (name: string): TakenLabel => ({
    label: plan.labels.findIndex((label) => label.name === name),
    payload: name,
  });
  return {
    labels: (call) => [answers[plan.steps[call.step]!.name]?.(roundsOf(call)) ?? []].flat().map(labelNamed),
    ending: () => "complete",
    elements: () => 2,
  };
}

export interface BehaviourOptions {
  /** Rounds of a loop after which routers no longer lead to its head, and steps whose name does are skipped. */
  readonly rounds: number;
  readonly seed: number;
  /** Of a hundred calls, how many fail, and how many are skipped. */
  readonly failing?: number;
  readonly skipping?: number;
  /** Of a hundred calls of routers with one label at a time, how many ask a human for it. */
  readonly asking?: number;
}

/** Answers drawn from the seed, the step and the turn; loops end. */
export function drawnBehaviour(
  plan: FlowPlan,
  { rounds, seed, failing = 0, skipping = 0, asking = 0 }: BehaviourOptions,
): Behaviour {
  const draw = (what: string, { step }: StepCallRecord, turn: string) => hash(`${seed} ${what} ${step} ${turn}`);
  const leadsBack = (call: StepCallRecord, trigger: PlanTrigger) =>
    plan.steps[call.step]!.loops.some(
      (loop) => roundOf(call, loop) >= rounds && hears(plan.steps[plan.loops[loop]!.head]!, trigger),
    );
  return {
    labels(call, turn) {
      const { routes, severalLabels } = plan.steps[call.step]!;
      const open = routes.filter((label) => !leadsBack(call, { kind: "label", label }));
      const number = draw("labels", call, turn);
      if (severalLabels)
        return open.filter((_, i) => (number >> i) & 1).map((label) => ({ label, payload: `label ${label}` }));
      const label = open[number % (open.length + 1)];
      return label === undefined ? [] : [{ label, payload: `label ${label}` }];
    },
    ending(call, turn) {
      if (leadsBack(call, { kind: "step", step: call.step })) return "skip";
      const number = draw("ending", call, turn) % 100;
      if (number < failing) return "fail";
      return number < failing + skipping ? "skip" : "complete";
    },
    asks(call, turn) {
      const { router, severalLabels } = plan.steps[call.step]!;
      return router && !severalLabels && draw("asks", call, turn) % 100 < asking;
    },
    elements: (call, turn) => draw("elements", call, turn) % 4,
  };
}

function roundOf(call: StepCallRecord, loop: number): number {
  const { turn } = call;
  for (let i = 0; i < turn.length; i += 2) if (turn[i] === loop) return turn[i + 1]!;
  return 0;
}

/** FNV-1a, with its bits mixed once more so that the low ones are as good as the others. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
