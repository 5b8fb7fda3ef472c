/** Where a run that is driven in this process is written: its claim, and what it has stored so far. */
import { FlowError } from "../errors/index.js";
import type {
  Batch,
  Claim,
  EntryOf,
  FlowPersistence,
  JournalEntry,
  MaybePromise,
  NewRun,
  Rest,
  RestStatus,
} from "../ports/index.js";
import { batchOf } from "./batch-of.js";
import { keepClaim } from "./claim-keeper.js";
import type { RunAnnotator } from "./run-annotator.js";
import type { RunMachine } from "./run-machine.js";

export interface LocalJournalOptions {
  readonly persistence: FlowPersistence;
  readonly machine: RunMachine;
  /** A stored run's claim; a new run gets its own with its first commit, made from `create`. */
  readonly claim?: Claim;
  readonly create?: Omit<NewRun, "rows">;
  /** What else is written. */
  readonly annotator?: RunAnnotator;
}

export class LocalJournal {
  readonly #options: LocalJournalOptions;
  readonly #broke: (error: unknown) => void;
  #claim: Claim | undefined;
  #stored: number;
  #unkeep: () => void = () => undefined;
  /** Writes that are under way; counted only where there is something else to write. */
  #writing = 0;

  /** @param broke Another owner has taken the run, or what the loop does not wait for can't be written. */
  constructor(options: LocalJournalOptions, broke: (error: unknown) => void) {
    this.#options = options;
    this.#broke = broke;
    this.#stored = options.machine.seq;
    if (options.claim) this.#keep(options.claim);
  }

  commit(entries: readonly JournalEntry[]): MaybePromise<void> {
    return this.#options.annotator && this.#claim ? this.#tell(entries) : this.#commit(entries);
  }

  /** As commit, with what else is to be written; `rest`: it is the last before the run comes to rest. */
  #tell(entries: readonly JournalEntry[], rest?: RestStatus): MaybePromise<void> {
    const said = this.#options.annotator?.take(rest);
    return this.#counted(
      said instanceof Promise ? said.then((entry) => this.#annotated(entry, entries)) : this.#annotated(said, entries),
    );
  }

  /** A step has said something: what stands beside it is written soon, if nothing else is before. */
  emitted(): void {
    this.#options.annotator?.emitted(() => {
      // who writes has asked; while the run begins or comes to rest its end asks
      if (this.#writing > 0 || !this.#claim) return;
      try {
        const stored = this.commit([]);
        if (stored) stored.catch(this.#broke);
      } catch (error) {
        this.#broke(error);
      }
    });
  }

  /** It stands before the entries that are taken in already: what it tells of came before them. */
  #annotated(entry: EntryOf<"annotated"> | undefined, entries: readonly JournalEntry[]): MaybePromise<void> {
    if (entry) this.#options.machine.apply(entry);
    if (entry || entries.length > 0) return this.#commit(entry ? [entry, ...entries] : entries);
  }

  #counted<T>(work: MaybePromise<T>): MaybePromise<T> {
    if (!(work instanceof Promise)) return work;
    this.#writing++;
    return work.finally(() => this.#writing--);
  }

  #commit(entries: readonly JournalEntry[]): MaybePromise<void> {
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
    if (!this.#options.annotator) return this.#rest(entries, rest);
    const stored = this.#tell([], rest.status);
    return this.#counted(stored ? stored.then(() => this.#rest(entries, rest)) : this.#rest(entries, rest));
  }

  #rest(entries: readonly JournalEntry[], rest: Rest): MaybePromise<boolean> {
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
    const { annotator, persistence } = this.#options;
    const claim = this.#claim;
    if (!claim) return;
    if (!annotator) return persistence.release(claim);
    return this.#lastWords().then(() => persistence.release(claim));
  }

  /** That they can't be written is for nobody who gives a run up. */
  async #lastWords(): Promise<void> {
    try {
      await this.commit([]);
    } catch {
      // the claim is lost, or the store fails: then so does what comes next
    }
  }

  /** The claim is not kept alive any more; does not touch it in the store. */
  close(): void {
    this.#options.annotator?.close();
    this.#unkeep();
  }

  #batch(entries: readonly JournalEntry[], last = false): Batch {
    const batch = batchOf(this.#options.machine, entries, { after: this.#stored, last });
    this.#stored += entries.length;
    return batch;
  }

  #keep(claim: Claim): void {
    this.#claim = claim;
    this.#unkeep = keepClaim(this.#options.persistence, claim, this.#broke);
  }
}
