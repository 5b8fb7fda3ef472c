/** What could happen next on a path. The natural order stands first: work, then what comes from outside, then time. */
import { durationMs, type MemoryPersistence, type Question } from "millrace";
import type { PendingSignal, SignalPlan } from "../kit/signals.js";
import type { Option } from "./chooser.js";
import type { SimulatedProcess } from "./simulated-process.js";

/** Something that could happen next. */
export interface Possible extends Option {
  perform(): void;
}

/** What is asked of a path, and done to it. */
export interface PathState {
  readonly runId: string;
  readonly began: number;
  readonly process: SimulatedProcess;
  readonly memory: MemoryPersistence;
  readonly signals: SignalPlan;
  /** When steps first completed. */
  readonly completed: ReadonlyMap<string, number>;
  /** Whether what a call brings waits until it is chosen, however the call was begun. */
  readonly holds: boolean;
  /** An answer that is to be given to a question, boxed; undefined: none. */
  answerTo(question: Question): Promise<{ readonly value: unknown } | undefined>;
  answer(question: Question, value: unknown): void;
  signal(signal: PendingSignal, at?: number): void;
  /** The time for an answer is up. */
  giveUp(until: number): void;
}

export async function possible(path: PathState): Promise<readonly Possible[]> {
  const { questions } = path.memory.questions({});
  const options = [...work(path), ...signals(path)];
  for (const question of questions) {
    const answer = await path.answerTo(question);
    const label = `answer to "${question.prompt}"`;
    const about = `answer ${question.id}`;
    if (answer) options.push({ label, about, perform: () => path.answer(question, answer.value) });
  }
  const passing = time(path, questions);
  return passing ? [...options, passing] : options;
}

function work({ process, holds: hold }: PathState): Possible[] {
  const steps = process.steps.open;
  const called = steps.filter(({ stage }) => stage === "called");
  const options = called.map((step): Possible => {
    const label = step.call.attempt > 1 ? `run ${step.name} (attempt ${step.call.attempt})` : `run ${step.name}`;
    return { label, about: step.name, perform: () => step.begin({ hold }) };
  });
  for (const step of steps.filter(({ stage }) => stage === "done"))
    options.push({ label: `finish ${step.name}`, about: step.name, perform: () => step.handOver() });
  if (called.length > 1) {
    const label = `run ${called.map(({ name }) => name).join(", ")} at the same time`;
    options.push({ label, perform: () => called.forEach((step) => void step.begin({ hold: true })) });
  }
  return options;
}

function signals(path: PathState): Possible[] {
  const { last, count } = path.process.driving;
  const { pending } = path.signals;
  const options = new Map<string, Possible>();
  // a run takes signals once it is stored; those of one name come in their order
  if (path.memory.get(path.runId)) {
    for (const signal of pending) {
      const ready = signal.at === undefined && (signal.after === undefined || path.completed.has(signal.after));
      if (ready && !options.has(signal.name)) options.set(signal.name, send(signal, path));
    }
  }
  if (count === 0 && last && "result" in last && last.result.status === "waiting") {
    const names = last.result.waitingFor.filter(({ kind }) => kind === "signal").map(({ name }) => name);
    for (const name of names) {
      if (options.has(name) || !path.signals.asks(name)) continue;
      options.set(name, {
        label: `signal ${name}`,
        about: `signal ${name}`,
        perform: () => path.signal(path.signals.takeAsked(name)),
      });
    }
  }
  return [...options.values()];
}

function send(signal: PendingSignal, path: PathState, at?: number): Possible {
  const { pending } = path.signals;
  return {
    label: `signal ${signal.name}`,
    about: `signal ${signal.name}`,
    perform: () => {
      pending.splice(pending.indexOf(signal), 1);
      path.signal(signal, at);
    },
  };
}

/** What time brings next: the end of a sleep, a retry, a signal with a time of its own, or silence where people were asked. */
function time(path: PathState, questions: readonly Question[]): Possible | undefined {
  const { clock } = path.process;
  const timer = clock.nextPassing;
  const moments: { readonly at: number; readonly what: Possible }[] = [];
  if (timer) {
    const label = `time passes: ${timer.purpose} ends`;
    moments.push({ at: timer.at, what: { label, about: "time", perform: () => clock.fire(timer) } });
  }
  for (const signal of path.signals.pending) {
    const from = signal.after === undefined ? path.began : path.completed.get(signal.after);
    if (signal.at === undefined || from === undefined) continue;
    const at = from + durationMs(signal.at);
    moments.push({ at, what: send(signal, path, at) });
  }
  for (const { id, prompt, until } of questions) {
    if (until === undefined) continue;
    const label = `no answer to "${prompt}" in time`;
    moments.push({ at: until, what: { label, about: `silence ${id}`, perform: () => path.giveUp(until) } });
  }
  return moments.sort((a, b) => a.at - b.at)[0]?.what;
}
