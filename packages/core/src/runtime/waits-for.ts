import type { Asleep, WaitingFor } from "../ports/index.js";
import type { RunMachine } from "./run-machine.js";

/**
 * What outside could move a run in which nothing is at work: signals, answers, what its children wait for, and the clock.
 * @param asleep The calls that sleep. @default those that were asleep when the run came to wait
 */
export function waitsFor({ scheduler, calls, flow }: RunMachine, asleep?: readonly Asleep[]): readonly WaitingFor[] {
  if (scheduler.openCount === 0) return scheduler.awaited();
  const { steps } = flow.plan;
  const stepOf = (call: number) => steps[scheduler.call(call)!.step]!.name;
  const questions = calls.questions.map(({ call, note: { id, prompt, until } }): WaitingFor => {
    return { kind: "ask", name: id, prompt, steps: [stepOf(call)], ...(until !== undefined && { until }) };
  });
  const children = calls.children.map(({ call, note }): WaitingFor => {
    const { run: name, flow, waitingFor = [] } = note;
    const until = firstTime(waitingFor);
    const time = until < Number.POSITIVE_INFINITY && { until };
    return { kind: "flow", name, flow, steps: [stepOf(call)], waitingFor, ...time };
  });
  const due = new Map<number, number>();
  const note = (step: number, until: number) => due.set(step, Math.min(until, due.get(step) ?? until));
  for (const [call, until] of asleep ?? calls.asleep) note(scheduler.call(call)!.step, until);
  for (const { id, step } of scheduler.openCalls()) if (calls.isToBeTriedAgain(id)) note(step, calls.dueAt(id)!);
  const timers = [...due].map(([step, until]): WaitingFor => {
    const { name } = steps[step]!;
    return { kind: "timer", name, steps: [name], until };
  });
  return [...scheduler.awaited(), ...questions, ...children, ...timers];
}

/** The first time at which something goes on by itself, or is too late, ms since the epoch; infinite: there is none. */
export function firstTime(waits: readonly WaitingFor[]): number {
  const times = waits.map((waited) => ("until" in waited ? waited.until : undefined) ?? Number.POSITIVE_INFINITY);
  return Math.min(...times);
}
