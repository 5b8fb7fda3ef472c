/**
 * What a run has done, step by step, for pictures: counted from its journal. The scheduler is asked what each entry called, so
 * that it is known since when a call was due, and which are open.
 */
import type { CallOverlay, RunOverlay, StepOverlay } from "../picture/index.js";
import type { FlowPlan } from "../plan/index.js";
import type { JournalEntry, JournalRow, Usage } from "../ports/index.js";
import { foreignFlow } from "./compiled-flow.js";
import type { MachineSnapshot } from "./machine-snapshot.js";
import { RunMachine } from "./run-machine.js";
import { addUsage } from "./usage-sums.js";

type Standing = CallOverlay["standing"];

interface CallFacts {
  readonly step: string;
  readonly number: number;
  readonly index?: number;
  /** When it was called; undefined: before what is known. */
  readonly due?: number;
  standing: Standing;
  attempts: number;
  retries: number;
  /** It has brought a result. */
  completed: boolean;
  durationMs?: number;
  endedAt?: number;
  usage?: Usage;
  labels: string[];
  error?: string;
}

const recentCalls = 20;

/**
 * What a run's journal says, to be laid over the picture of its flow.
 *
 * @param plan That which the run goes by: a run that was begun by older code has another one.
 * @param rows Its journal, in order; where older entries are gone, counts are at least what they say.
 * @example
 * Review.plot({ format: "html", run: overlayOf(Review.plan(), await flow.runs.history(id)) });
 */
export function overlayOf(plan: FlowPlan, rows: readonly JournalRow[], run = ""): RunOverlay {
  return new OverlayBuilder(plan, run).build(rows);
}

class OverlayBuilder {
  readonly #plan: FlowPlan;
  readonly #run: string;
  readonly #calls = new Map<number, CallFacts>();
  readonly #signals = new Map<string, number>();
  /** Undefined as long as the plan is not known that the entries go by. */
  #machine: RunMachine | undefined;
  /** Its lists are all that the run has had: none came to its end before another plan was taken up. */
  #knowsLists = true;

  constructor(plan: FlowPlan, run: string) {
    this.#plan = plan;
    this.#run = run;
  }

  build(rows: readonly JournalRow[]): RunOverlay {
    const last = rows.findLastIndex(({ entry }) => "data" in entry);
    const first = rows[0];
    this.#knowsLists = last <= 0;
    for (const [i, row] of rows.entries()) {
      this.#count(row.entry);
      if (i < last) continue;
      this.#follow(row);
    }
    const newest = rows.at(-1)?.entry;
    const known = new Map(this.#open(newest));
    for (const facts of this.#calls.values())
      if (facts.standing === "running" && (this.#machine || newest?.type === "ended")) facts.standing = "stopped";
    for (const [call, facts] of known) this.#calls.set(call, facts);
    const ended = rows.findLast(({ entry }) => entry.type === "ended" || entry.type === "resumed")?.entry;
    const over = ended?.type === "ended" ? ended : undefined;
    const open = [...this.#calls.values()].some(({ standing }) => standing === "running");
    return {
      run: this.#run,
      flow: this.#plan.flow,
      status: over?.status ?? (open ? "running" : "waiting"),
      ...(first?.seq === 1 && { startedAt: first.entry.at }),
      lastAt: rows.at(-1)?.entry.at ?? 0,
      steps: this.#steps(),
      signals: Object.fromEntries(this.#signals),
      whole: first?.seq === 1,
      ...(over?.error && { error: over.error.message }),
    };
  }

  #count(entry: JournalEntry): void {
    if (entry.type === "signal") this.#signals.set(entry.name, (this.#signals.get(entry.name) ?? 0) + 1);
    if (!("call" in entry)) return;
    const facts = this.#factsOf(entry);
    switch (entry.type) {
      case "completed":
        facts.standing = entry.approval ? "waiting" : "completed";
        facts.completed = true;
        charge(facts, entry);
        end(facts, entry.at);
        for (const { label } of entry.labels ?? []) facts.labels.push(label);
        delete facts.error;
        break;
      case "answered":
        // Of an approval, whose result stands already; any other question's answer lets its step go on.
        if (!facts.completed) break;
        facts.standing = "completed";
        end(facts, entry.at);
        if (entry.label) facts.labels.push(entry.label.label);
        break;
      case "skipped":
        facts.standing = "skipped";
        break;
      case "attempt-failed":
        facts.retries++;
        facts.attempts = entry.attempt + 1;
        charge(facts, entry);
        break;
      case "failed":
        facts.standing = "failed";
        facts.attempts = entry.attempt;
        charge(facts, entry);
        end(facts, entry.at);
        facts.error = entry.error.message;
        break;
    }
  }

  /** Those of the call that an entry is about. */
  #factsOf({ call, step, number, index }: Extract<JournalEntry, { call: number }>): CallFacts {
    const known = this.#calls.get(call);
    if (known) return known;
    const facts = begun({ step, number, ...(index !== undefined && { index }) });
    this.#calls.set(call, facts);
    return facts;
  }

  /** Learns which calls the entry has made. */
  #follow({ seq, entry }: JournalRow): void {
    if ("data" in entry) {
      this.#machine = new RunMachine(foreignFlow(this.#plan), this.#run, entry.data as MachineSnapshot);
      return;
    }
    if (seq === 1) this.#machine = new RunMachine(foreignFlow(this.#plan), this.#run);
    for (const command of this.#machine?.apply(entry).commands ?? []) {
      if (command.type === "abort") {
        const facts = this.#calls.get(command.call);
        if (facts) facts.standing = "stopped";
      }
      if (command.type !== "call" || this.#calls.has(command.call.id)) continue;
      const { id, step, number, index } = command.call;
      const name = this.#plan.steps[step]!.name;
      this.#calls.set(id, begun({ step: name, number, ...(index !== undefined && { index }), due: entry.at }));
    }
  }

  /** How calls stand that have not come to an end. */
  *#open(newest: JournalEntry | undefined): Iterable<[number, CallFacts]> {
    const machine = this.#machine;
    if (!machine) return;
    const over = newest?.type === "ended";
    const asking = new Set(machine.calls.questions.map(({ call }) => call));
    for (const { id, step, number, index } of machine.scheduler.openCalls()) {
      const name = this.#plan.steps[step]!.name;
      const facts = this.#calls.get(id) ?? begun({ step: name, number, ...(index !== undefined && { index }) });
      if (facts.standing === "failed" && over) continue;
      const waits = asking.has(id) || machine.calls.isSuspended(id) || newest?.type === "parked";
      yield [id, { ...facts, standing: over ? "stopped" : waits ? "waiting" : "running" }];
    }
  }

  #lists(name: string): Pick<StepOverlay, "lists" | "gathered"> | false | undefined {
    const step = this.#plan.steps.findIndex((planned) => planned.name === name);
    return this.#knowsLists && this.#plan.steps[step]?.forEach && this.#machine?.scheduler.passes?.endedOf(step);
  }

  #steps(): Record<string, StepOverlay> {
    const byStep = new Map<string, CallFacts[]>(this.#plan.steps.map(({ name }) => [name, []]));
    for (const facts of this.#calls.values()) {
      const there = byStep.get(facts.step);
      if (there) there.push(facts);
      else byStep.set(facts.step, [facts]);
    }
    const steps = [...byStep].map(([name, calls]) => [name, { ...summed(calls), ...this.#lists(name) }] as const);
    return Object.fromEntries(steps);
  }
}

function begun(facts: Pick<CallFacts, "step" | "number" | "index" | "due">): CallFacts {
  return { ...facts, standing: "running", attempts: 1, retries: 0, completed: false, labels: [] };
}

function end(facts: CallFacts, at: number): void {
  facts.endedAt = at;
  if (facts.due !== undefined) facts.durationMs = Math.max(0, at - facts.due);
}

/** What was used within is in the entry of the attempt that used it, once. */
function charge(facts: CallFacts, { usage }: { readonly usage?: Usage }): void {
  const sum = addUsage(facts.usage, usage);
  if (sum) facts.usage = sum;
}

function summed(calls: readonly CallFacts[]): StepOverlay {
  const counted = (standing: Standing) => calls.filter((call) => call.standing === standing).length;
  const durations = calls.flatMap(({ durationMs }) => durationMs ?? []);
  const labels = new Map<string, number>();
  for (const label of calls.flatMap((call) => call.labels)) labels.set(label, (labels.get(label) ?? 0) + 1);
  let usage: Usage | undefined;
  for (const call of calls) usage = addUsage(usage, call.usage);
  const newest = calls.at(-1);
  // What has not gone well among many is told before that which came last.
  const telling = (["failed", "waiting", "running"] as const).find((standing) => counted(standing) > 0);
  const failure = calls.findLast(({ standing }) => standing === "failed");
  return {
    standing: telling ?? newest?.standing ?? "idle",
    calls: calls.length,
    completed: calls.filter(({ completed }) => completed).length,
    failed: counted("failed"),
    skipped: counted("skipped"),
    retries: calls.reduce((sum, { retries }) => sum + retries, 0),
    totalMs: durations.reduce((sum, each) => sum + each, 0),
    ...(durations.length > 0 && { lastMs: durations.at(-1)! }),
    ...(usage && { usage }),
    ...(failure?.error !== undefined && { error: failure.error }),
    labels: Object.fromEntries(labels),
    recent: calls.slice(-recentCalls).map(told),
  };
}

function told({ number, index, standing, attempts, labels, error, ...facts }: CallFacts): CallOverlay {
  const { durationMs, endedAt, usage } = facts;
  return {
    number,
    ...(index !== undefined && { index }),
    standing,
    attempts,
    ...(durationMs !== undefined && { durationMs }),
    ...(endedAt !== undefined && { endedAt }),
    ...(usage && { usage }),
    ...(labels.length > 0 && { labels }),
    ...(error !== undefined && { error }),
  };
}
