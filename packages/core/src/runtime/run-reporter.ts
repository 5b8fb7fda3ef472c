/** Turns what a run does into events, after it is durable. Makes nothing while nobody listens. */
import type { ReturnedLabel } from "../definition/index.js";
import type { ErrorData } from "../errors/index.js";
import type {
  Arrival,
  FlowClock,
  FlowEvent,
  FlowEventBody,
  FlowEventOf,
  JournalEntry,
  Rest,
  RunPosition,
  RunStatus,
  Usage,
  WaitingFor,
} from "../ports/index.js";
import { CallTable, type SchedulerCommand, type StepCallRecord } from "../scheduler/index.js";
import type { EventSink } from "./event-sink.js";
import { askedBy } from "./questions-of.js";
import type { RunningCall } from "./run-context.js";
import type { Advance, RunMachine } from "./run-machine.js";

/** Which call of which step an event is about. */
type CallPlace = Pick<FlowEventOf<"step.skipped">, "step" | "number" | "index" | "attempt">;

export class RunReporter {
  readonly #machine: RunMachine;
  readonly #sinks: readonly EventSink[];
  readonly #clock: FlowClock;
  readonly #durations = new CallTable<number>();
  #seq = 0;
  #from: RunStatus = "running";

  constructor(machine: RunMachine, sinks: readonly EventSink[], clock: FlowClock) {
    this.#machine = machine;
    this.#sinks = sinks;
    this.#clock = clock;
  }

  get observed(): boolean {
    for (const sink of this.#sinks) if (sink.observed) return true;
    return false;
  }

  /** The status in which a run is taken up again. */
  takenUpFrom(status: RunStatus): void {
    this.#from = status;
  }

  created(): void {
    if (!this.observed) return;
    const { inputs } = this.#machine;
    this.#emit({ type: "run.created", inputs });
    this.#emit({ type: "run.started", inputs });
  }

  forked(from: RunPosition): void {
    if (this.observed) this.#emit({ type: "run.forked", from });
  }

  resumed(): void {
    if (this.observed) this.#emit({ type: "run.resumed", from: this.#from });
  }

  starting(call: StepCallRecord, attempt: number): void {
    if (!this.observed) return;
    const { trigger, payload } = call;
    this.#emit({ type: "step.started", ...this.#callOf(call, attempt), trigger, payload });
  }

  chunk(context: RunningCall, chunk: unknown): void {
    if (this.observed) this.#emit({ type: "output.chunk", ...this.#callOf(context.record, context.attempt), chunk });
  }

  fired(context: RunningCall, key: string): void {
    if (this.observed) this.#emit({ type: "timer.fired", ...this.#callOf(context.record, context.attempt), key });
  }

  noteDuration(arrival: Arrival): void {
    if (arrival.type === "call" && this.observed) this.#durations.set(arrival.call, arrival.durationMs);
  }

  advanced(advances: readonly Advance[]): void {
    if (!this.observed) return;
    for (const advance of advances) {
      this.#entry(advance);
      for (const command of advance.commands) this.#notice(command);
    }
  }

  rested({ status, waitingFor }: Rest, notices: readonly SchedulerCommand[]): void {
    if (!this.observed) return;
    for (const notice of notices) this.#notice(notice);
    const { ended, cancelled, usage } = this.#machine;
    const used = usage && { usage };
    switch (status) {
      case "waiting":
        return this.#emit({ type: "run.waiting", waitingFor: waitingFor as readonly WaitingFor[] });
      case "completed":
        return this.#emit({ type: "run.completed", output: ended?.output, ...used });
      case "failed":
        return this.#emit({ type: "run.failed", error: ended!.error!, ...used });
      case "cancelled":
        return this.#emit({
          type: "run.cancelled",
          ...(cancelled?.reason !== undefined && { reason: cancelled.reason }),
          ...used,
        });
    }
  }

  /** The caller has wanted the run back. */
  stopped(): void {
    if (this.observed && this.#seq > 0) this.#emit({ type: "run.stopped" });
  }

  /** The process lets go of the run; one that it never had has no events. */
  abandoned(error: ErrorData): void {
    if (this.observed && this.#seq > 0) this.#emit({ type: "run.abandoned", error });
  }

  #entry({ entry, call, attempt = 1 }: Advance): void {
    const { at } = entry;
    const about = call && this.#callOf(call, attempt);
    if (entry.type === "signal") this.#emit({ type: "signal.received", at, name: entry.name, payload: entry.payload });
    if (!about) return;
    switch (entry.type) {
      case "completed": {
        const { output, labels } = entry;
        const returned = labels && { labels: labels.map(({ label }) => label) };
        const durationMs = this.#took(entry.call);
        this.#emit({ type: "step.completed", at, ...about, output, ...returned, durationMs, ...usageIn(entry) });
        if (entry.patches) this.#emit({ type: "state.changed", at, step: about.step, patches: entry.patches });
        for (const { label, payload } of entry.labels ?? []) {
          this.#routed(about.step, { label, payload }, at);
        }
        if (entry.approval) this.#asked(about, entry);
        return;
      }
      case "skipped":
        this.#durations.delete(entry.call);
        return this.#emit({ type: "step.skipped", at, ...about });
      case "asked":
        return this.#asked(about, entry);
      case "answered":
        this.#emit({ type: "ask.answered", at, ...about, id: entry.id, answer: entry.answer });
        if (entry.label) this.#routed(about.step, { payload: undefined, ...entry.label }, at);
        return;
      case "timer":
        return this.#emit({ type: "timer.set", at, ...about, key: entry.key, until: entry.until });
      case "attempt-failed":
        return this.#emit({
          type: "step.retrying",
          at,
          ...about,
          error: entry.error,
          retryAt: entry.retryAt,
          durationMs: this.#took(entry.call),
          ...usageIn(entry),
        });
      case "failed":
        return this.#emit({
          type: "step.failed",
          at,
          ...about,
          error: entry.error,
          durationMs: this.#took(entry.call),
          ...usageIn(entry),
        });
    }
  }

  #asked(about: CallPlace, entry: JournalEntry): void {
    const { id, prompt, schema, until, value, outcomes } = askedBy(entry)!;
    const subject = { ...(value !== undefined && { value }), ...(outcomes && { value, outcomes }) };
    const asked = { id, prompt, schema, ...(until !== undefined && { until }), ...subject };
    this.#emit({ type: "ask.requested", at: entry.at, ...about, ...asked });
  }

  #routed(step: string, { label, payload }: ReturnedLabel, at: number): void {
    this.#emit({ type: "route.taken", at, step, label, payload });
    if (!this.#machine.flow.labelNumbers.has(label)) this.#emit({ type: "route.unheard", at, step, label });
  }

  #notice(command: SchedulerCommand): void {
    const { steps, labels } = this.#machine.flow.plan;
    switch (command.type) {
      case "abort":
        return this.#emit({ type: "step.aborted", step: steps[command.step]!.name, number: command.number });
      case "ignored":
        return this.#emit({ type: "trigger.ignored", step: steps[command.step]!.name, trigger: command.trigger });
      case "unheard":
        return this.#emit({
          type: "route.unheard",
          step: steps[command.step]!.name,
          label: labels[command.label]!.name,
        });
      case "starved": {
        const { held, missing } = command;
        return this.#emit({ type: "join.starved", step: steps[command.step]!.name, held, missing });
      }
    }
  }

  #took(call: number): number {
    const durationMs = this.#durations.get(call) ?? 0;
    this.#durations.delete(call);
    return durationMs;
  }

  #callOf({ step, number, index }: StepCallRecord, attempt: number): CallPlace {
    return { step: this.#machine.flow.plan.steps[step]!.name, number, ...(index !== undefined && { index }), attempt };
  }

  #emit(body: FlowEventBody): void {
    const { runId, flow, path } = this.#machine;
    const at = body.at ?? this.#clock.now();
    const about = { seq: ++this.#seq, runId, flow: flow.plan.flow, ...(path && { path }), at };
    const event = { ...body, ...about } as FlowEvent;
    for (const sink of this.#sinks) if (sink.observed) sink.emit(event);
  }
}

const usageIn = ({ usage }: { readonly usage?: Usage }) => usage && { usage };
