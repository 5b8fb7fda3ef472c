/**
 * One path of a simulation: the flow from kickoff to rest, through as many processes as crash, by a chooser that says what happens
 * next wherever several things could.
 */
import {
  type ErrorData,
  FlowError,
  type FlowEvent,
  type FlowLike,
  type JournalEntry,
  MemoryPersistence,
  type Question,
} from "millrace";
import { answerTo } from "../kit/answers.js";
import { describeRun, type FlowRun } from "../kit/flow-run.js";
import { type PendingSignal, SignalPlan } from "../kit/signals.js";
import { callName, simulatedId } from "./call-name.js";
import type { Chooser } from "./chooser.js";
import type { CrashPlace } from "./crashable-store.js";
import type { HeldStep } from "./held-steps.js";
import { describeEntries, orderedBy } from "./path-lines.js";
import type { Crash } from "./path-plan.js";
import { type PathState, possible } from "./possible.js";
import type { Scenario } from "./scenario.js";
import { type ProcessWorld, SimulatedProcess } from "./simulated-process.js";

export interface PathOutcome {
  readonly run: FlowRun<FlowLike>;
  /** What committed that orders differ in, in order. */
  readonly committed: readonly string[];
  /** What happened, in order, one line each. */
  readonly lines: readonly string[];
  readonly commits: number;
  /** The state after each commit that may have changed it. */
  states(): Promise<readonly unknown[]>;
  /** What the engine itself has done wrong. */
  readonly wrong: readonly string[];
}

export class SimulatedPath implements ProcessWorld, PathState {
  readonly runId = simulatedId;
  readonly memory = new MemoryPersistence({ keepEntries: Number.MAX_SAFE_INTEGER });
  readonly began = Date.UTC(2030, 0, 1);
  readonly time = { now: this.began };
  readonly #scenario: Scenario<unknown>;
  readonly #chooser: Chooser;
  readonly #crashes: readonly Crash[];
  readonly #events: FlowEvent[] = [];
  readonly #lines: string[] = [];
  readonly #wrong: string[] = [];
  #commits = 0;
  #crashing: CrashPlace | undefined;
  #process: SimulatedProcess;
  readonly #order: string[] = [];
  /** Calls that have committed, by name. */
  readonly #committed = new Set<string>();
  readonly completed = new Map<string, number>();
  readonly signals: SignalPlan;
  readonly #answered = new Set<string>();

  constructor(scenario: Scenario<unknown>, chooser: Chooser, crashes: readonly Crash[]) {
    this.#scenario = scenario;
    this.#chooser = chooser;
    this.#crashes = crashes;
    this.#process = this.#newProcess();
    this.signals = new SignalPlan(scenario.signals, this.#process.plan);
  }

  get process(): SimulatedProcess {
    return this.#process;
  }

  async run(): Promise<PathOutcome> {
    this.#process.driving.add(this.#process.flow.kickoff(this.#scenario.inputs, { id: simulatedId }));
    while (await this.#goOn());
    const { flow, driving } = this.#process;
    const last = driving.last ?? { error: this.#storedError() };
    const elapsedMs = this.time.now - this.began;
    const run = await describeRun(flow, simulatedId, { last, events: this.#events, elapsedMs });
    const lines = [...this.#lines, `the run ${run.status === "waiting" ? "waits" : `is ${run.status}`}`];
    const changing = run.history.filter(({ entry }) => entry.type === "started" || entry.type === "completed");
    const states = () => Promise.all(changing.map(({ seq }) => flow.runs.stateAt(simulatedId, seq)));
    return { run, committed: this.#order, lines, commits: this.#commits, states, wrong: this.#wrong };
  }

  /** One more thing happens. False: the run has come to rest, and nothing will move it. */
  async #goOn(): Promise<boolean> {
    const process = this.#process;
    await process.settle(patience.others);
    if (process.store.isDead) return this.#takeOver();
    if (process.driving.broken !== undefined) throw process.driving.broken;
    if (process.driving.count === 0 && this.#hasEnded) return false;
    const options = await possible(this);
    if (options.length === 0) {
      const limit = process.clock.nextLimit;
      if (!limit && process.driving.count > 0 && (await process.moves(patience.alone))) return true;
      if (limit) {
        this.#lines.push(`a limit is reached: ${limit.purpose}`);
        process.clock.fire(limit);
        return true;
      }
      if (process.driving.count === 0) return false;
      throw stuck(process);
    }
    const chosen = options[this.#chooser.choose(options)]!;
    this.#lines.push(chosen.label);
    chosen.perform();
    return true;
  }

  get #hasEnded(): boolean {
    const { last } = this.#process.driving;
    return last !== undefined && !("result" in last && last.result.status === "waiting");
  }

  /** The process has crashed: another one goes on, if there is something to go on with. */
  async #takeOver(): Promise<boolean> {
    const place = this.#crashing === "before" ? "before this commit was stored" : "after this commit was stored";
    this.#lines.push(`CRASH at commit ${this.#commits}, ${place}`);
    this.#crashing = undefined;
    this.#process = this.#newProcess();
    const { flow, driving } = this.#process;
    const record = this.memory.get(simulatedId);
    if (record?.status === "failed" || record?.status === "cancelled") return false;
    this.#lines.push(record ? "a new process resumes the run" : "nothing was stored: kickoff is called again");
    driving.add(record ? flow.resume(simulatedId) : flow.kickoff(this.#scenario.inputs, { id: simulatedId }));
    return true;
  }

  #newProcess(): SimulatedProcess {
    return new SimulatedProcess(this.#scenario, this, (event) => {
      this.#events.push(event);
      this.#scenario.hear(event);
    });
  }

  /** Of a run that had ended when its process crashed. */
  #storedError(): FlowError {
    const end = this.memory.history(simulatedId).at(-1)?.entry;
    const stored = end?.type === "ended" ? end.error : undefined;
    return stored
      ? FlowError.fromJSON(stored as ErrorData)
      : new FlowError("RUN_CANCELLED", `Run ${simulatedId} was cancelled.`, { runId: simulatedId });
  }

  crashes(): CrashPlace | undefined {
    this.#commits++;
    const crash = this.#crashes.find(({ commit }) => commit === this.#commits);
    this.#crashing = crash?.place;
    return crash?.place;
  }

  stored(runId: string, entries: readonly JournalEntry[]): void {
    if (entries.length > 0) this.#lines.push(`  commit ${this.#commits}: ${describeEntries(runId, entries)}`);
    for (const entry of entries) {
      const what = orderedBy(runId, entry);
      if (what !== undefined) {
        this.#order.push(what);
        this.#chooser.committed(what);
      }
      if (entry.type === "completed" && runId === simulatedId)
        this.completed.set(entry.step, this.completed.get(entry.step) ?? this.time.now);
      if (entry.type !== "completed" && entry.type !== "skipped") continue;
      const name = callName(runId, entry);
      if (this.#committed.has(name)) this.#wrong.push(`${name} was committed twice`);
      this.#committed.add(name);
    }
  }

  called({ name }: HeldStep): void {
    if (this.#committed.has(name)) this.#wrong.push(`${name} was started again after it had committed`);
  }

  async answerTo(question: Question): Promise<{ readonly value: unknown } | undefined> {
    return this.#answered.has(question.id) ? undefined : answerTo(question, this.#scenario.answers);
  }

  answer({ id }: Question, value: unknown): void {
    this.#answered.add(id);
    this.#process.send(this.#process.flow.runs.answer(id, value));
  }

  signal({ name, payload }: PendingSignal, at = 0): void {
    this.time.now = Math.max(this.time.now, at);
    this.#process.send(this.#process.flow.signal(simulatedId, name, payload));
  }

  get holds(): boolean {
    return this.#chooser.holds;
  }

  /** The time for an answer is up: in a process that waits for it, or of a run that has left memory. */
  giveUp(until: number): void {
    const { clock, flow, driving } = this.#process;
    this.time.now = Math.max(this.time.now, until);
    const timer = clock.deadlineAt(until);
    if (timer) clock.fire(timer);
    else driving.add(flow.resume(simulatedId));
  }
}

/** Real time that code gets for what it waits for outside, in ms: where something else could be done, and where nothing could. */
const patience = { others: 1_000, alone: 3_000 };

function stuck({ steps, plan }: SimulatedProcess): FlowError {
  const working = steps.open.filter(({ isWorking }) => isWorking).map(({ name }) => name);
  const what =
    working.length === 0 ? "The run waits for something that is not known" : `${working.join(", ")} does not return`;
  return new FlowError("SIMULATION_STUCK", `${what}, and nothing else is left to happen in flow "${plan.flow}".`, {
    hint: "Replace steps that wait for something outside (`replace`), and give them what they ask for (`signals`, `answers`).",
    details: { working },
  });
}
