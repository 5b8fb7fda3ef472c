/**
 * The store as one simulated process sees it. When the process crashes, nothing of it reaches the store any more and nothing is
 * answered: what waits for an answer waits forever, as code does whose process is gone.
 */
import type { Batch, Claim, FlowPersistence, JournalEntry, MemoryPersistence, NewRun } from "millrace";

/** Where a process crashes: before its commit has reached the store, or after, before it hears of it. */
export type CrashPlace = "before" | "after";

export interface CommitWatch {
  /** Asked at every commit whether the process crashes at it. */
  crashes(): CrashPlace | undefined;
  /** Told of what was stored. */
  stored(runId: string, entries: readonly JournalEntry[]): void;
}

const commits: ReadonlySet<PropertyKey> = new Set(["create", "append", "rest"]);

export class CrashableStore {
  readonly #memory: MemoryPersistence;
  readonly #watch: CommitWatch;
  readonly #claims: Claim[] = [];
  isDead = false;
  /** Grows with every use. */
  activity = 0;
  /** How many messages were posted. */
  posts = 0;

  constructor(memory: MemoryPersistence, watch: CommitWatch) {
    this.#memory = memory;
    this.#watch = watch;
  }

  /** What the flow of this process is given. */
  get persistence(): FlowPersistence {
    return new Proxy<FlowPersistence>(this.#memory, {
      get: (memory, key) => {
        const value: unknown = Reflect.get(memory, key, memory);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => this.#use(key, args, () => value.apply(memory, args) as unknown);
      },
    });
  }

  /** The process is gone: whoever comes next finds its runs free. */
  crash(): void {
    this.isDead = true;
    for (const claim of this.#claims) this.#memory.release(claim);
  }

  #use(key: PropertyKey, args: unknown[], go: () => unknown): unknown {
    if (this.isDead) return new Promise(() => undefined);
    this.activity++;
    if (key === "post") this.posts++;
    if (key === "watch") return this.#watched(args as Parameters<FlowPersistence["watch"]>);
    if (!commits.has(key)) {
      const answer = go();
      if (key === "claim") this.#claims.push(answer as Claim);
      return answer;
    }
    const place = this.#watch.crashes();
    if (place === "before") return this.#gone();
    const answer = go();
    if (key === "create") this.#claims.push(answer as Claim);
    const { runId, rows } = writtenBy(key, args);
    if (answer !== false)
      this.#watch.stored(
        runId,
        rows.map(({ entry }) => entry),
      );
    return place === "after" ? this.#gone() : answer;
  }

  #gone(): Promise<never> {
    this.crash();
    return new Promise(() => undefined);
  }

  #watched([runId, wake]: Parameters<FlowPersistence["watch"]>): () => void {
    return this.#memory.watch(runId, () => {
      if (!this.isDead) wake();
    });
  }
}

function writtenBy(key: PropertyKey, [first, second]: unknown[]): Pick<NewRun, "rows"> & { readonly runId: string } {
  if (key !== "create") return { runId: (first as Claim).runId, rows: (second as Batch).rows };
  const { id: runId, rows } = first as NewRun;
  return { runId, rows };
}
