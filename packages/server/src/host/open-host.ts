import { setMaxListeners } from "node:events";
import { type Annotate, durationMs, FlowError, FlowEvents, MemoryPersistence, systemClock } from "millrace";
import { collectFlows } from "./collect-flows.js";
import { logFailures } from "./log-failures.js";
import { Recovery } from "./recovery.js";
import type { Host, HostedFlow, HostOptions } from "./types.js";

/**
 * Makes a host: the flows of one process, driven on one store. Runs are taken up as long as less than `mostRuns` are driven.
 * @throws {FlowError} SERVER_OPTION_INVALID – something given is no flow, or two have the same name
 * @throws {FlowError} PLAN_INVALID, DOCUMENT_INVALID – a flow or document has problems
 * @throws {FlowError} DEFINITION_DURATION_INVALID – `recoverEvery` is no duration
 */
export async function openHost(options: HostOptions, { mostRuns = Number.POSITIVE_INFINITY } = {}): Promise<Host> {
  const { persistence = new MemoryPersistence(), logger, maxCalls, abortGrace, recoverEvery = "2s" } = options;
  const everyMs = recoverEvery === false ? undefined : durationMs(recoverEvery);
  const { clock = systemClock } = options;
  const events = options.events ?? new FlowEvents(logger);
  const annotations: { by?: Annotate } = {};
  const flows = await collectFlows(options, {
    persistence,
    annotate: (...about) => annotations.by?.(...about),
    events,
    clock,
    ...(logger && { logger }),
    ...(maxCalls !== undefined && { maxCalls }),
    ...(abortGrace !== undefined && { abortGrace }),
  });
  const given = { flows, persistence, events, clock, annotations, ...(logger && { logger }) };
  return new OpenHost(given, { everyMs, mostRuns });
}

interface Given extends Pick<Host, "flows" | "persistence" | "events" | "clock" | "logger"> {
  readonly annotations: { by?: Annotate };
}

class OpenHost implements Host {
  readonly flows: ReadonlyMap<string, HostedFlow>;
  readonly persistence: Host["persistence"];
  readonly events: FlowEvents;
  readonly clock: Host["clock"];
  readonly logger?: NonNullable<Host["logger"]>;
  readonly driving: Host["driving"];
  readonly #recovery: Recovery;
  readonly #annotations: Given["annotations"];
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #beginning = new Map<string, Set<() => void>>();
  readonly #unheard: readonly (() => void)[];
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #closed: Promise<void> | undefined;

  constructor(
    { flows, persistence, events, clock, logger, annotations }: Given,
    { everyMs, mostRuns }: { readonly everyMs: number | undefined; readonly mostRuns: number },
  ) {
    this.flows = flows;
    this.persistence = persistence;
    this.events = events;
    this.clock = clock;
    this.#annotations = annotations;
    if (logger) this.logger = logger;
    // every run listens, and every stream
    setMaxListeners(0, this.#stop.signal);
    this.driving = { stopSignal: this.#stop.signal, returnOnSleep: "10s" };
    const begun = ({ runId }: { readonly runId: string }) => {
      for (const resolve of this.#beginning.get(runId) ?? []) resolve();
    };
    this.#unheard = [
      events.on("run.started", begun),
      events.on("run.resumed", begun),
      ...(logger ? [logFailures(events, { flows, logger })] : []),
    ];
    this.#recovery = new Recovery(this, mostRuns);
    if (everyMs === undefined) return;
    // not before whoever opens the host can hear of it
    setImmediate(() => void this.#recovery.pass());
    this.#timer = setInterval(() => void this.#recovery.pass(), everyMs);
    this.#timer.unref();
  }

  get stopSignal(): AbortSignal {
    return this.#stop.signal;
  }

  get draining(): boolean {
    return this.#closed !== undefined;
  }

  get refused(): Host["refused"] {
    return this.#recovery.refused;
  }

  get driven(): number {
    return this.#underWay.size;
  }

  async drive<T>(work: () => Promise<T>): Promise<T> {
    if (this.draining) {
      throw new FlowError("SERVER_DRAINING", "The server is being stopped and begins nothing new.", {
        hint: "Try again in a few seconds: another process takes over.",
      });
    }
    const done = work();
    const settled = done.catch(() => undefined);
    this.#underWay.add(settled);
    try {
      return await done;
    } finally {
      this.#underWay.delete(settled);
      this.#recovery.roomMade();
    }
  }

  begun(runId: string): { readonly promise: Promise<void>; forget(): void } {
    const waiting = this.#beginning.get(runId) ?? new Set();
    this.#beginning.set(runId, waiting);
    let resolve: () => void = () => undefined;
    const promise = new Promise<void>((begun) => {
      resolve = begun;
    });
    waiting.add(resolve);
    const forget = () => {
      waiting.delete(resolve);
      if (waiting.size === 0 && this.#beginning.get(runId) === waiting) this.#beginning.delete(runId);
    };
    return { promise, forget };
  }

  annotate(by: Annotate): void {
    this.#annotations.by = by;
  }

  async recover(): Promise<void> {
    if (!this.draining) await this.#recovery.all();
  }

  close(): Promise<void> {
    this.#closed ??= this.#drain();
    return this.#closed;
  }

  async #drain(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await Promise.all(this.#underWay);
    for (const unheard of this.#unheard) unheard();
  }
}
