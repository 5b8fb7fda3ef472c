import type { FlowLogger, StepCall } from "../definition/index.js";
import { describeThrown } from "../errors/index.js";
import type { FlowEvent, FlowEventOf, FlowEventType } from "../ports/index.js";
import { guardedLogger } from "./silent-logger.js";
import { type StepSurroundings, type StepWrapper, surround } from "./step-surroundings.js";

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
export class FlowEvents implements StepSurroundings {
  readonly #handlers = new Map<string, Set<Registration>>();
  #wrappers: readonly StepWrapper[] = [];
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

  /**
   * Puts `wrapper` around the code of every attempt of a step, to set what it finds in its async context: a trace, a tenant.
   * It calls `run`, at once, and learns nothing of what comes of it; one that throws, or does not call `run`,
   * harms nothing and is logged like a handler. The first one added is the outermost. Answers a function that ends it.
   *
   * @example
   * const tenant = new AsyncLocalStorage<string>();
   * flow.events.around((call, run) => tenant.run(call.runId, run));
   */
  around(wrapper: StepWrapper): () => void {
    const mine: StepWrapper = (call, run) => wrapper(call, run);
    this.#wrappers = [...this.#wrappers, mine];
    return () => {
      this.#wrappers = this.#wrappers.filter((other) => other !== mine);
    };
  }

  /** @internal asked before every attempt */
  get wrapped(): boolean {
    return this.#wrappers.length > 0;
  }

  /** @internal */
  surround<T>(call: StepCall, body: () => T): T {
    const failed = (error: unknown) =>
      this.#report(`a wrapper of step "${call.step}" failed`, { runId: call.runId, error });
    return surround(call, body, { wrappers: this.#wrappers, failed });
  }

  /** Whether anybody listens: without, events are not even made. */
  get observed(): boolean {
    return this.#handlers.size > 0;
  }

  emit(event: FlowEvent): void {
    for (const { handler } of this.#handlers.get(event.type) ?? []) this.#call(handler, event);
    for (const { handler } of this.#handlers.get("*") ?? []) this.#call(handler, event);
  }

  #report(message: string, { error, runId }: { error: unknown; runId: string }): void {
    if (this.#logger) this.#logger.error(message, { error, runId });
    else process.emitWarning(`${message}: ${describeThrown(error).message}`, "MillraceWarning");
  }

  #call(handler: Handler, event: FlowEvent): void {
    const { type, runId } = event;
    const failed = (error: unknown) => this.#report(`a handler of "${type}" failed`, { error, runId });
    try {
      const answer = handler(event);
      if (answer instanceof Promise) answer.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
