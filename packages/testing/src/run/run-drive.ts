/**
 * Drives one run from outside: gives answers and signals when they are due, and lets the clock jump when all that goes on waits
 * for it.
 */
import { durationMs, FlowError, type FlowEvent, type FlowLike, type FlowPersistence, type WaitingFor } from "millrace";
import type { VirtualClock } from "../clock/virtual-clock.js";
import { type Answers, answerTo } from "../kit/answers.js";
import { Driving } from "../kit/driving.js";
import { describeRun, type FlowRun, type Verbs } from "../kit/flow-run.js";
import type { PendingSignal, SignalPlan } from "../kit/signals.js";
import { aMoment, turns } from "../kit/turns.js";
import type { StepWatch } from "./step-watch.js";

export interface DriveSettings {
  readonly signals: SignalPlan;
  readonly answers: Answers | undefined;
  readonly clock: VirtualClock;
  readonly persistence: FlowPersistence;
  readonly watch: StepWatch;
}

/** So many turns of the event loop without anything new, and everything has come to a stand. */
const quietTurns = 4;

export class RunDrive {
  readonly #flow: Verbs;
  readonly #settings: DriveSettings;
  readonly #events: FlowEvent[] = [];
  readonly #driving = new Driving();
  /** Questions that had no answer, or have been given one. */
  readonly #asked = new Set<string>();
  #id = "";

  constructor(flow: Verbs, settings: DriveSettings) {
    this.#flow = flow;
    this.#settings = settings;
  }

  async run(inputs: unknown, options: object): Promise<FlowRun<FlowLike>> {
    const { clock } = this.#settings;
    const began = clock.now();
    const unhear = this.#flow.events.on("*", (event) => this.#hear(event));
    this.#setTimes();
    this.#driving.add(this.#flow.kickoff(inputs, options));
    try {
      do await this.#untilRest();
      while (await this.#goOn());
    } finally {
      unhear();
    }
    const last = this.#driving.last!;
    const elapsedMs = clock.now() - began;
    return describeRun(this.#flow, this.#id, { last, events: this.#events, elapsedMs });
  }

  #hear(event: FlowEvent): void {
    this.#id ||= event.runId;
    this.#events.push(event);
    if (event.type !== "step.completed" || event.runId !== this.#id) return;
    const { pending } = this.#settings.signals;
    for (const signal of pending.filter(({ after }) => after === event.step)) {
      pending.splice(pending.indexOf(signal), 1);
      if (signal.at === undefined) this.#send(signal);
      else this.#sendAt(signal);
    }
  }

  #setTimes(): void {
    for (const signal of this.#settings.signals.pending)
      if (signal.at !== undefined && signal.after === undefined) this.#sendAt(signal);
  }

  #sendAt(signal: PendingSignal): void {
    const ms = durationMs(signal.at ?? 0, `\`at\` of signal "${signal.name}"`);
    this.#settings.clock.setTimer(() => this.#send(signal), ms, { purpose: "sleep" });
  }

  #send({ name, payload }: PendingSignal): void {
    this.#driving.add(this.#flow.signal(this.#id, name, payload));
  }

  /** Until nobody drives the run any more. */
  async #untilRest(): Promise<void> {
    let seen = -1;
    for (let quiet = 0; this.#driving.count > 0; ) {
      await turns(1);
      const moved = this.#events.length !== seen;
      seen = this.#events.length;
      quiet = moved ? 0 : quiet + 1;
      if (quiet < quietTurns) continue;
      quiet = 0;
      if (this.#settings.watch.working) await aMoment();
      else if (!(await this.#answer()) && !this.#settings.clock.jump()) await aMoment();
    }
    if (this.#driving.broken !== undefined) throw this.#driving.broken;
  }

  /** The run rests. False: nothing from outside will move it. */
  async #goOn(): Promise<boolean> {
    const { last } = this.#driving;
    if (!(last && "result" in last && last.result.status === "waiting")) return false;
    if (await this.#answer()) return true;
    const { waitingFor } = last.result;
    const names = waitingFor.filter(({ kind }) => kind === "signal").map(({ name }) => name);
    const signal = this.#settings.signals.take(names);
    if (signal) this.#send(signal);
    return signal !== undefined || this.#letTimePass(waitingFor);
  }

  /** To the next signal that has a time, or to the deadline of a question. */
  #letTimePass(waitingFor: readonly WaitingFor[]): boolean {
    const { clock } = this.#settings;
    const untils = waitingFor.flatMap(untilsOf);
    if (untils.length > 0) {
      const tooLate = () => this.#driving.add(this.#flow.resume(this.#id));
      clock.setTimer(tooLate, Math.min(...untils) - clock.now(), { purpose: "deadline" });
    }
    return clock.jump();
  }

  /** Answers what can be answered. */
  async #answer(): Promise<boolean> {
    const { questions } = await this.#settings.persistence.questions({ limit: 1_000 });
    let gave = false;
    for (const question of questions) {
      const { runId } = question;
      // runs that its steps have started are named below it
      if (this.#asked.has(question.id) || !(runId === this.#id || runId.startsWith(`${this.#id}/`))) continue;
      this.#asked.add(question.id);
      const answer = await answerTo(question, this.#settings.answers);
      if (!answer) continue;
      gave = true;
      this.#driving.add(this.#flow.runs.answer(question.id, answer.value).catch(named(question.prompt)));
    }
    return gave;
  }
}

function untilsOf(waits: WaitingFor): readonly number[] {
  if (waits.kind === "flow") return waits.waitingFor.flatMap(untilsOf);
  return "until" in waits && waits.until !== undefined ? [waits.until] : [];
}

/** An answer that is refused is a mistake of the test, not how the run came out. */
function named(prompt: string): (error: unknown) => never {
  return (error) => {
    if (!FlowError.is(error, "ANSWER_INVALID")) throw error;
    const { code, message, hint, details, step } = error;
    throw new FlowError(code, `To "${prompt}": ${message}`, { hint, details, ...(step !== undefined && { step }) });
  };
}
