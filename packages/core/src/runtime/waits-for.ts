import type { WaitingFor } from "../ports/index.js";
import type { RunMachine } from "./run-machine.js";

/** What outside could move a run in which nothing runs: signals, and answers. */
export function waitsFor({ scheduler, calls, flow }: RunMachine): readonly WaitingFor[] {
  const questions = calls.questions.map(({ call, note: { id, prompt, until } }): WaitingFor => {
    const step = flow.plan.steps[scheduler.call(call)!.step]!.name;
    return { kind: "ask", name: id, prompt, steps: [step], ...(until !== undefined && { until }) };
  });
  return [...scheduler.awaited(), ...questions];
}
