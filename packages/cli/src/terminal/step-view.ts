/** What is known of a step of a run, or of all runs that were started at the same place: from its events, one by one. */
import type { ErrorData, FlowEvent, Usage } from "millrace";
import { plainText } from "./lines.js";
import { addedUsage } from "./usage-text.js";

type StepEvent = Extract<FlowEvent, { readonly step: string }>;

interface RunningCall {
  readonly startedAt: number;
  readonly attempt: number;
}

interface Retry {
  readonly attempt: number;
  readonly retryAt: number;
  readonly message: string;
}

/** So much of what a step streams is kept to show its end. */
const tailLength = 400;

export class StepView {
  readonly name: string;
  /** Calls that have begun: each once, however many attempts it has made. */
  calls = 0;
  completed = 0;
  failed = 0;
  skipped = 0;
  aborted = 0;
  /** Halves of joins that can't be completed any more. */
  starved = 0;
  /** Of a `forEach` step: how many elements there are, as far as is known. */
  elements: number | undefined;
  readonly running = new Map<string, RunningCall>();
  readonly retries = new Map<string, Retry>();
  /** Prompts of open questions by id. */
  readonly asks = new Map<string, string>();
  /** Until when its calls sleep, by call and key. */
  readonly timers = new Map<string, number>();
  /** Labels taken, and how often, in the order of their first time. */
  readonly labels = new Map<string, { taken: number; heard: boolean }>();
  lastLabel: string | undefined;
  error: { readonly message: string; readonly hint?: string } | undefined;
  /** What its calls have used so far. */
  usage: Usage | undefined;
  /** The end of what it has streamed since its last call began. */
  streamed = "";
  #busyMs = 0;
  #busySince = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Nothing of it runs, waits or is due. */
  get atRest(): boolean {
    return this.running.size + this.retries.size + this.asks.size + this.timers.size === 0;
  }

  /** How many of its calls have come to an end. */
  get ended(): number {
    return this.completed + this.failed + this.skipped + this.aborted;
  }

  /** For how long at least one of its calls was running, in ms. */
  busyMs(now: number): number {
    return this.running.size > 0 ? this.#busyMs + Math.max(0, now - this.#busySince) : this.#busyMs;
  }

  reduce(event: StepEvent): void {
    if ("usage" in event && event.usage) this.usage = addedUsage(this.usage, event.usage);
    const call = "number" in event ? `${event.runId}/${event.number}` : "";
    switch (event.type) {
      case "step.started":
        return this.#begin(call, event);
      case "step.completed":
        this.completed++;
        this.#end(call, event.at, event.durationMs);
        return;
      case "step.failed":
        this.failed++;
        this.error = saidBy(event.error);
        this.#end(call, event.at, event.durationMs);
        return;
      case "step.skipped":
        this.skipped++;
        // a call that was skipped has not begun
        if (!this.running.has(call)) this.calls++;
        this.#end(call, event.at);
        return;
      case "step.aborted":
        this.aborted++;
        this.#end(call, event.at);
        return;
      case "step.retrying":
        this.#end(call, event.at, event.durationMs);
        this.retries.set(call, { ...event, message: plainText(saidBy(event.error).message) });
        return;
      case "output.chunk":
        if (typeof event.chunk === "string") this.streamed = (this.streamed + event.chunk).slice(-tailLength);
        return;
      case "timer.set":
        this.timers.set(`${call}/${event.key}`, event.until);
        return;
      case "timer.fired":
        this.timers.delete(`${call}/${event.key}`);
        return;
      case "ask.requested":
        this.asks.set(event.id, plainText(event.prompt));
        return;
      case "ask.answered":
        this.asks.delete(event.id);
        return;
      case "route.taken":
        return this.#take(event.label, true);
      case "route.unheard":
        return this.#take(event.label, false);
      case "join.starved":
        this.starved++;
        return;
      default:
    }
  }

  /** The run has come to rest: what had not settled does not run any more. */
  stop(at: number): void {
    for (const call of [...this.running.keys()]) this.#end(call, at);
    this.retries.clear();
    this.timers.clear();
  }

  #begin(call: string, { at, attempt }: { readonly at: number; readonly attempt: number }): void {
    if (this.running.size === 0) {
      this.#busySince = at;
      this.streamed = "";
    }
    if (!this.retries.delete(call) && !this.running.has(call)) this.calls++;
    this.running.set(call, { startedAt: at, attempt });
  }

  #end(call: string, at: number, durationMs = 0): void {
    const begun = this.running.delete(call);
    for (const key of this.timers.keys()) if (key.startsWith(`${call}/`)) this.timers.delete(key);
    if (!begun || this.running.size > 0) return;
    // a call alone is measured finer than by the clock of events
    this.#busyMs += Math.max(at - this.#busySince, Math.min(durationMs, at - this.#busySince + 1));
  }

  #take(label: string, heard: boolean): void {
    const known = this.labels.get(label) ?? { taken: 0, heard };
    this.labels.set(label, heard ? { taken: known.taken + 1, heard: known.heard } : { ...known, heard: false });
    this.lastLabel = label;
  }
}

/** Its line says which step has failed: of what a step threw only that is told. */
function saidBy({ code, message, hint, cause }: ErrorData): { readonly message: string; readonly hint?: string } {
  return code === "STEP_FAILED" && cause ? { message: cause.message } : { message, hint };
}
