/**
 * Which replies that are over were told to their end, and to how many clients not: one that comes back within a minute is told all
 * of it; one that has seen the end is not told it twice. Nothing of the replies themselves is kept here.
 */
import type { FlowClock, RunRecord } from "millrace";

/** How long after its end a reply is told to who comes back. */
const keptMs = 60_000;
/** Of so many it is known at most. */
const most = 10_000;

interface Over {
  /** Clients that have gone before its end. */
  left: number;
  at: number | undefined;
}

export class ToldReplies {
  readonly #clock: FlowClock;
  readonly #replies = new Map<string, Over>();

  constructor(clock: FlowClock) {
    this.#clock = clock;
  }

  /** A client has gone before the end of a reply, or was cut off. */
  left(runId: string): void {
    const known = this.#of(runId);
    known.left += 1;
  }

  /** A reply is over that somebody was told: who is still there sees its end. */
  over(runId: string): void {
    this.#of(runId).at = this.#clock.now();
  }

  /** Whether somebody may come back who has not seen the end of the run's reply; who asks is taken to be told it. */
  isOwed({ id, updatedAt }: RunRecord): boolean {
    if (this.#clock.now() - updatedAt > keptMs) return false;
    const known = this.#replies.get(id);
    // one that has come to its end elsewhere, or before this process began
    if (!known) this.over(id);
    else if (known.left === 0) return false;
    else known.left -= 1;
    return true;
  }

  #of(runId: string): Over {
    const known = this.#replies.get(runId) ?? { left: 0, at: undefined };
    this.#replies.delete(runId);
    this.#replies.set(runId, known);
    const old = this.#clock.now() - keptMs;
    for (const [id, { at }] of this.#replies) {
      if (this.#replies.size <= most && (at === undefined || at > old)) break;
      this.#replies.delete(id);
    }
    return known;
  }
}
