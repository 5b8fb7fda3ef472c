/**
 * Wakes those who follow runs when there may be more in a journal: at once for runs that are driven on this bus, and by asking
 * the store now and then for those of other processes. Runs, not followers, cost something; nothing does while nobody follows.
 */
import type { FlowEvent, FlowPersistence } from "../ports/index.js";
import type { FlowEvents } from "./event-bus.js";

/** Somebody who follows a run. */
export interface JournalFollower {
  /** Resolves when there may be more than when it was asked last; at once if so already. */
  next(): Promise<void>;
  close(): void;
}

interface FollowedRun {
  readonly id: string;
  readonly followers: Set<() => void>;
  /** What the store said last. */
  seen: string;
  /** How long until it is asked again, and when that is. */
  waitMs: number;
  dueAt: number;
}

const firstMs = 20;
const longestMs = 100;
/** A run that is driven here tells by itself. */
const drivenHereMs = 1000;

/** After these, somebody else may drive the run. */
const givenUp: ReadonlySet<FlowEvent["type"]> = new Set(["run.waiting", "run.stopped", "run.abandoned", "run.forked"]);

interface Told {
  readonly persistence: FlowPersistence;
  readonly events: FlowEvents;
}

const known = new WeakMap<Told, JournalNews>();

/** Follows a run by what the engine's bus and its store tell; all that follow by one engine share the asking. */
export function followJournal(engine: Told, id: string): JournalFollower {
  const news = known.get(engine) ?? new JournalNews(engine.persistence, engine.events);
  known.set(engine, news);
  return news.follow(id);
}

class JournalNews {
  readonly #persistence: FlowPersistence;
  readonly #events: FlowEvents;
  readonly #runs = new Map<string, FollowedRun>();
  #unhear: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = false;

  constructor(persistence: FlowPersistence, events: FlowEvents) {
    this.#persistence = persistence;
    this.#events = events;
  }

  follow(id: string): JournalFollower {
    const known = this.#runs.get(id);
    const run = known ?? { id, followers: new Set(), seen: "", waitMs: firstMs, dueAt: performance.now() + firstMs };
    let fresh = false;
    let resolve: (() => void) | undefined;
    const wake = () => {
      fresh = true;
      resolve?.();
    };
    run.followers.add(wake);
    this.#runs.set(id, run);
    this.#unhear ??= this.#events.on("*", (event) => this.#heard(event));
    this.#plan();
    return {
      next: async () => {
        if (!fresh) await new Promise<void>((resolved) => (resolve = resolved));
        fresh = false;
        resolve = undefined;
      },
      close: () => {
        run.followers.delete(wake);
        resolve?.();
        if (run.followers.size === 0 && this.#runs.get(id) === run) this.#runs.delete(id);
        if (this.#runs.size === 0) this.#rest();
      },
    };
  }

  #heard({ runId, type }: FlowEvent): void {
    const run = this.#runs.get(runId);
    if (!run) return;
    const driven = !givenUp.has(type);
    run.waitMs = driven ? longestMs : firstMs;
    run.dueAt = performance.now() + (driven ? drivenHereMs : firstMs);
    if (!driven) this.#plan();
    wakeAll(run);
  }

  /** The next look at the store. */
  #plan(): void {
    if (this.#asking || this.#runs.size === 0) return;
    let next = Number.POSITIVE_INFINITY;
    for (const { dueAt } of this.#runs.values()) next = Math.min(next, dueAt);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), Math.max(1, next - performance.now()));
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    const now = performance.now();
    for (const run of [...this.#runs.values()]) if (run.dueAt <= now) await this.#askFor(run);
    this.#asking = false;
    this.#plan();
  }

  async #askFor(run: FollowedRun): Promise<void> {
    const seen = await this.#stateOf(run.id);
    const moved = seen === undefined || seen !== run.seen;
    run.seen = seen ?? "";
    run.waitMs = moved ? firstMs : Math.min(longestMs, run.waitMs * 1.5);
    run.dueAt = performance.now() + run.waitMs;
    if (moved) wakeAll(run);
  }

  /** Undefined: the store can't say; whoever follows learns that from it. */
  async #stateOf(id: string): Promise<string | undefined> {
    try {
      const record = await this.#persistence.get(id);
      return record && `${record.position} ${record.status}`;
    } catch {
      return undefined;
    }
  }

  #rest(): void {
    this.#unhear?.();
    this.#unhear = undefined;
    clearTimeout(this.#timer);
  }
}

function wakeAll({ followers }: FollowedRun): void {
  for (const wake of followers) wake();
}
