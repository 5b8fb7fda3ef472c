/** Removes runs by itself when they have ended long enough ago, in steps with pauses; it never keeps the process alive. */
import { type Duration, durationMs, type EndStatus, type FlowPersistence, type MaybePromise } from "millrace";

const firstMs = 1000;
const everyMs = 3_600_000;
/** Between two steps at least; as long as a step took, where that is longer. */
const pauseMs = 5;

export class Retention {
  readonly #store: Pick<FlowPersistence, "prune" | "tidy">;
  readonly #keptMs: ReadonlyMap<EndStatus, number>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  /** @throws {FlowError} DEFINITION_DURATION_INVALID – `kept` has what is no duration */
  constructor(
    store: Pick<FlowPersistence, "prune" | "tidy">,
    kept: Duration | { readonly [S in EndStatus]?: Duration },
  ) {
    this.#store = store;
    const each = typeof kept === "object" ? kept : { completed: kept, failed: kept, cancelled: kept };
    const durations = Object.entries(each) as [EndStatus, Duration | undefined][];
    this.#keptMs = new Map(
      durations.flatMap(([status, kept]) => (kept === undefined ? [] : [[status, durationMs(kept, "retention")]])),
    );
  }

  start(): void {
    this.#after(firstMs, () => this.#pass());
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #after(ms: number, work: () => void): void {
    if (this.#ended) return;
    this.#timer = setTimeout(work, ms);
    this.#timer.unref();
  }

  async #pass(): Promise<void> {
    try {
      for (const [status, keptMs] of this.#keptMs) await this.#prune(status, Date.now() - keptMs);
      while (await this.#step(() => this.#store.tidy()));
    } catch {
      // the store is out of reach, or was closed: the next pass will tell
    }
    this.#after(everyMs, () => this.#pass());
  }

  async #prune(status: EndStatus, endedBefore: number): Promise<void> {
    let cursor: string | undefined;
    do {
      const query = { status, endedBefore, to: endedBefore, ...(cursor !== undefined && { cursor }) };
      const { next } = await this.#step(() => this.#store.prune(query));
      cursor = next;
    } while (cursor !== undefined);
  }

  async #step<T>(work: () => MaybePromise<T>): Promise<T> {
    const began = performance.now();
    const answer = await work();
    const tookMs = performance.now() - began;
    await new Promise<void>((resolve) => this.#after(Math.max(pauseMs, tookMs), resolve));
    return answer;
  }
}
