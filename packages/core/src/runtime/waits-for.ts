import type { Asleep, WaitingFor } from "../ports/index.js";
import type { RunMachine } from "./run-machine.js";

/**
 * What outside could move a run in which nothing is at work: signals, answers, and the clock.
 * @param asleep The calls that sleep. @default those that were asleep when the run came to wait
 */
export function waitsFor({ scheduler, calls, flow }: RunMachine, asleep?: readonly Asleep[]): readonly WaitingFor[] {
  if (scheduler.openCount === 0) return scheduler.awaited();
  const { steps } = flow.plan;
  const questions = calls.questions.map(({ call, note: { id, prompt, until } }): WaitingFor => {
    const step = steps[scheduler.call(call)!.step]!.name;
    return { kind: "ask", name: id, prompt, steps: [step], ...(until !== undefined && { until }) };
  });
  const due = new Map<number, number>();
  const note = (step: number, until: number) => due.set(step, Math.min(until, due.get(step) ?? until));
  for (const [call, until] of asleep ?? calls.asleep) note(scheduler.call(call)!.step, until);
  for (const { id, step } of scheduler.openCalls()) if (calls.isToBeTriedAgain(id)) note(step, calls.dueAt(id)!);
  const timers = [...due].map(([step, until]): WaitingFor => {
    const { name } = steps[step]!;
    return { kind: "timer", name, steps: [name], until };
  });
  return [...scheduler.awaited(), ...questions, ...timers];
}
