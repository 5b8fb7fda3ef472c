import { FlowError } from "../errors/index.js";
import type { FlowEvent } from "../ports/index.js";
import type { EventSink } from "./event-sink.js";
import type { FlowLike, RunResult } from "./run-result.js";

/**
 * A run that is watched: its events in order, and its result. Events from before the loop begins are kept for it. Leaving the
 * loop does not cancel the run; a slow reader does not hold it up.
 */
export interface RunStream<F extends FlowLike> extends AsyncIterable<FlowEvent> {
  readonly id: string;
  /** As `kickoff` would have answered. */
  readonly result: Promise<RunResult<F>>;
  /** Cancels the run; resolves when it has come to rest. */
  cancel(reason?: string): Promise<void>;
}

const lastEvents: ReadonlySet<FlowEvent["type"]> = new Set([
  "run.completed",
  "run.waiting",
  "run.failed",
  "run.cancelled",
  "run.stopped",
]);

/** Keeps events until they are read. */
export class StreamBuffer implements EventSink {
  observed = true;
  #events: FlowEvent[] = [];
  /** Readers that wait for the next event. */
  #wakes: (() => void)[] = [];
  #over = false;
  #error: unknown;

  emit(event: FlowEvent): void {
    this.#events.push(event);
    if (!event.path && lastEvents.has(event.type)) this.#over = true;
    this.#wakeUp();
  }

  /** The run rests: nothing more will come. */
  settle(): void {
    this.#over = true;
    this.#wakeUp();
  }

  /** The run can't go on, and no event says so. */
  fail(error: unknown): void {
    if (this.#over) return;
    this.#error = error;
    this.#over = true;
    this.#wakeUp();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FlowEvent, void, undefined> {
    this.observed = true;
    try {
      for (;;) {
        const events = this.#events;
        this.#events = [];
        yield* events;
        if (this.#events.length > 0) continue;
        if (this.#error !== undefined) throw this.#error;
        if (this.#over) return;
        await new Promise<void>((resolve) => {
          this.#wakes.push(resolve);
        });
      }
    } finally {
      // nobody reads any more: what comes now is not kept
      this.observed = false;
      this.#events = [];
    }
  }

  #wakeUp(): void {
    const wakes = this.#wakes;
    this.#wakes = [];
    for (const wake of wakes) wake();
  }
}

export function runStream<F extends FlowLike>(
  buffer: StreamBuffer,
  run: { id: string; result: Promise<RunResult<F>>; stop: (reason: string) => void },
): RunStream<F> {
  const settled = run.result.then(
    () => buffer.settle(),
    (error: unknown) => buffer.fail(error),
  );
  return {
    id: run.id,
    result: run.result,
    cancel: async (reason = "cancelled by its stream") => {
      run.stop(reason);
      await settled;
      await run.result.catch((error: unknown) => {
        if (!FlowError.is(error)) throw error;
      });
    },
    [Symbol.asyncIterator]: () => buffer[Symbol.asyncIterator](),
  };
}
