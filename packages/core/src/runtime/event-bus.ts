import type { FlowLogger } from "../definition/index.js";
import { describeThrown } from "../errors/index.js";
import type { FlowEvent, FlowEventOf, FlowEventType } from "../ports/index.js";
import { guardedLogger } from "./silent-logger.js";

type Handler = (event: FlowEvent) => unknown;

/** One call of `on`: the same function may be given twice. */
interface Registration {
  readonly handler: Handler;
}

/**
 * Where events of flows are heard. A flow has its own; several can share one by `new Flow({ events: bus })`. Handlers are
 * called in the order in which they were added; one that throws or rejects harms nothing: it is logged, or without a logger
 * told as a warning of the process.
 *
 * @example
 * const events = new FlowEvents();
 * events.on("step.completed", ({ step, durationMs }) => console.log(step, durationMs));
 */
export class FlowEvents {
  readonly #handlers = new Map<string, Set<Registration>>();
  readonly #logger: FlowLogger | undefined;

  constructor(logger?: FlowLogger) {
    this.#logger = logger && guardedLogger(logger);
  }

  /** Hears one type of event, or all with `"*"`. Answers a function that ends it. */
  on<T extends FlowEventType>(type: T, handler: (event: FlowEventOf<T>) => unknown): () => void;
  on(type: "*", handler: (event: FlowEvent) => unknown): () => void;
  on(type: FlowEventType | "*", handler: (event: never) => unknown): () => void {
    const handlers = this.#handlers.get(type) ?? new Set();
    const registration: Registration = { handler: handler as Handler };
    this.#handlers.set(type, handlers.add(registration));
    return () => {
      handlers.delete(registration);
      if (handlers.size === 0 && this.#handlers.get(type) === handlers) this.#handlers.delete(type);
    };
  }

  /** Whether anybody listens: without, events are not even made. */
  get observed(): boolean {
    return this.#handlers.size > 0;
  }

  emit(event: FlowEvent): void {
    for (const { handler } of this.#handlers.get(event.type) ?? []) this.#call(handler, event);
    for (const { handler } of this.#handlers.get("*") ?? []) this.#call(handler, event);
  }

  #failed({ type, runId }: FlowEvent, error: unknown): void {
    const message = `a handler of "${type}" failed`;
    if (this.#logger) this.#logger.error(message, { error, runId });
    else process.emitWarning(`${message}: ${describeThrown(error).message}`, "MillraceWarning");
  }

  #call(handler: Handler, event: FlowEvent): void {
    const failed = (error: unknown) => this.#failed(event, error);
    try {
      const answer = handler(event);
      if (answer instanceof Promise) answer.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
