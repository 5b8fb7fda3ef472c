/** Turns what a run does into events, after it is durable. Makes nothing while nobody listens. */
import type { ErrorData } from "../errors/index.js";
import type {
  Arrival,
  EntryOf,
  FlowClock,
  FlowEvent,
  FlowEventBody,
  JournalEntry,
  JournaledEventBody,
  RunStatus,
  WaitingFor,
} from "../ports/index.js";
import { CallTable, type StepCallRecord } from "../scheduler/index.js";
import { callPlace, entryEvents, type TakenEntry } from "./entry-events.js";
import type { EventSink } from "./event-sink.js";
import type { RunningCall } from "./run-context.js";
import type { Advance, RunMachine } from "./run-machine.js";

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

  /** A stored run is taken up; `again`: what had failed or was cancelled is due anew, which is an entry. */
  resumed(again?: TakenEntry): void {
    if (!this.observed) return;
    if (again) this.#tell(again, this.#machine.seq);
    else this.#emit({ type: "run.resumed", from: this.#from });
  }

  starting(call: StepCallRecord, attempt: number): void {
    if (!this.observed) return;
    const { trigger, payload } = call;
    this.#emit({ type: "step.started", ...callPlace(this.#machine, call, attempt), trigger, payload });
  }

  chunk({ record, attempt }: RunningCall, chunk: unknown): void {
    if (this.observed) this.#emit({ type: "output.chunk", ...callPlace(this.#machine, record, attempt), chunk });
  }

  fired({ record, attempt }: RunningCall, key: string): void {
    if (this.observed) this.#emit({ type: "timer.fired", ...callPlace(this.#machine, record, attempt), key });
  }

  noteDuration(arrival: Arrival): void {
    if (arrival.type === "call" && this.observed) this.#durations.set(arrival.call, arrival.durationMs);
  }

  /** A run was made, at rest: its first entry holds all of it. */
  forked(entry: EntryOf<"forked">): void {
    if (this.observed) this.#tell({ entry, commands: [], call: undefined, attempt: undefined }, 1);
  }

  /** The newest entries of the run are stored. */
  advanced(advances: readonly Advance[]): void {
    if (!this.observed) return;
    let position = this.#machine.seq - advances.length;
    for (const advance of advances) this.#tell(advance, ++position);
  }

  waiting(waitingFor: readonly WaitingFor[]): void {
    if (this.observed) this.#emit({ type: "run.waiting", waitingFor });
  }

  /** The caller has wanted the run back. */
  stopped(): void {
    if (this.observed && this.#seq > 0) this.#emit({ type: "run.stopped" });
  }

  /** The process lets go of the run; one that it never had has no events. */
  abandoned(error: ErrorData): void {
    if (this.observed && this.#seq > 0) this.#emit({ type: "run.abandoned", error });
  }

  #tell(taken: TakenEntry, position: number): void {
    const took = this.#took(taken.entry);
    for (const event of entryEvents(this.#machine, taken))
      this.#emit(isTimed(event) ? { ...event, durationMs: took ?? 0 } : (event as FlowEventBody), position);
  }

  /** How long the attempt took that the entry ends; undefined: it ends none. */
  #took(entry: JournalEntry): number | undefined {
    if (!("call" in entry) || !ends.has(entry.type)) return undefined;
    const durationMs = this.#durations.get(entry.call) ?? 0;
    this.#durations.delete(entry.call);
    return durationMs;
  }

  #emit(body: FlowEventBody, position?: number): void {
    const { runId, flow, path } = this.#machine;
    const at = body.at ?? this.#clock.now();
    const about = { seq: ++this.#seq, runId, flow: flow.plan.flow, ...(path && { path }), at };
    const event = { ...body, ...about, ...(position !== undefined && { position }) } as FlowEvent;
    for (const sink of this.#sinks) if (sink.observed) sink.emit(event);
  }
}

const ends: ReadonlySet<JournalEntry["type"]> = new Set(["completed", "skipped", "attempt-failed", "failed"]);

type Timed = Extract<JournaledEventBody, { type: "step.completed" | "step.retrying" | "step.failed" }>;

const isTimed = (event: JournaledEventBody): event is Timed =>
  event.type === "step.completed" || event.type === "step.retrying" || event.type === "step.failed";
