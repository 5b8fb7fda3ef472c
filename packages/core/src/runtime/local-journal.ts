/** Where a run that is driven in this process is written: its claim, and what it has stored so far. */
import { FlowError } from "../errors/index.js";
import type { Batch, Claim, FlowPersistence, JournalEntry, MaybePromise, NewRun, Rest } from "../ports/index.js";
import { batchOf } from "./batch-of.js";
import { keepClaim } from "./claim-keeper.js";
import type { RunMachine } from "./run-machine.js";

export interface LocalJournalOptions {
  readonly persistence: FlowPersistence;
  readonly machine: RunMachine;
  /** A stored run's claim; a new run gets its own with its first commit, made from `create`. */
  readonly claim?: Claim;
  readonly create?: Omit<NewRun, "rows">;
}

export class LocalJournal {
  readonly #options: LocalJournalOptions;
  readonly #lost: (error: FlowError) => void;
  #claim: Claim | undefined;
  #stored: number;
  #unkeep: () => void = () => undefined;

  /** @param lost Another owner has taken the run. */
  constructor(options: LocalJournalOptions, lost: (error: FlowError) => void) {
    this.#options = options;
    this.#lost = lost;
    this.#stored = options.machine.seq;
    if (options.claim) this.#keep(options.claim);
  }

  commit(entries: readonly JournalEntry[]): MaybePromise<void> {
    const batch = this.#batch(entries);
    const { persistence, create, machine } = this.#options;
    if (this.#claim) return persistence.append(this.#claim, batch);
    if (!create) throw new FlowError("INTERNAL", "A run without a claim can't be written.", { runId: machine.runId });
    const claim = persistence.create({ ...create, rows: batch.rows });
    if (claim instanceof Promise) return claim.then((created) => this.#keep(created));
    this.#keep(claim);
  }

  /** As commit, and brings the run to rest; false: a message has come, and nothing is stored. */
  rest(entries: readonly JournalEntry[], rest: Rest): MaybePromise<boolean> {
    if (!this.#claim) throw new FlowError("INTERNAL", "A run without a claim can't come to rest.");
    const stored = this.#stored;
    const rested = this.#options.persistence.rest(this.#claim, this.#batch(entries, true), rest);
    if (rested instanceof Promise) return rested.then((done) => this.#rested(done, stored));
    return this.#rested(rested, stored);
  }

  #rested(done: boolean, stored: number): boolean {
    if (!done) this.#stored = stored;
    return done;
  }

  /** Gives the claim up without a word about the run. */
  release(): MaybePromise<void> {
    if (this.#claim) return this.#options.persistence.release(this.#claim);
  }

  /** The claim is not kept alive any more; does not touch it in the store. */
  close(): void {
    this.#unkeep();
  }

  #batch(entries: readonly JournalEntry[], last = false): Batch {
    const batch = batchOf(this.#options.machine, entries, { after: this.#stored, last });
    this.#stored += entries.length;
    return batch;
  }

  #keep(claim: Claim): void {
    this.#claim = claim;
    this.#unkeep = keepClaim(this.#options.persistence, claim, this.#lost);
  }
}
