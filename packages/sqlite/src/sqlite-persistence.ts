import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  type Batch,
  type Claim,
  type CompactStep,
  type DueRunPage,
  type DueRunQuery,
  type FlowPersistence,
  type HistoryQuery,
  type InboxMessage,
  type JournalRow,
  type MaybePromise,
  type NewRun,
  type PruneQuery,
  type PruneStep,
  persistenceClosed,
  type QuestionPage,
  type QuestionQuery,
  type Rest,
  type RunOwner,
  type RunPage,
  type RunQuery,
  type RunRecord,
  type Snapshot,
  type StoredMessage,
  type StoredRun,
} from "millrace";
import { openStore, type Store, type StoreOptions } from "./open-store.js";
import { Retention } from "./retention.js";
import type { GivenClaim, RunWrites } from "./run-writes.js";
import { Schedules } from "./schedules.js";
import { cantOpen } from "./sqlite-error.js";
import type { SqlitePersistenceOptions } from "./sqlite-options.js";
import type { Write } from "./write-queue.js";

const defaultFile = ".millrace/millrace.db";

/**
 * Runs in one SQLite file: durable, no server, and any number of processes may share it. The file is opened, or made, at the
 * first call; a `FlowError` about it comes from that call, and the next one tries again.
 *
 * While one run is driven, its steps are stored at once; of many runs at a time the writes of one turn of the event loop share
 * a transaction, which makes a step several times cheaper.
 *
 * Every call may fail with:
 * - `PERSISTENCE_DRIVER` – better-sqlite3 can't be loaded on this Node
 * - `PERSISTENCE_CANT_OPEN` – no such folder, or no right to it
 * - `PERSISTENCE_NOT_A_DATABASE` – the file is something else; it is left as it was
 * - `PERSISTENCE_SCHEMA_NEWER` – the file was made by a newer release
 * - `PERSISTENCE_LOCKED` – another process held the file locked for longer than `busyTimeoutMs`; the event loop goes on meanwhile
 * - `PERSISTENCE_FULL` – the disk is full
 * - `PERSISTENCE_CLOSED` – after `close`
 * - `PERSISTENCE_FAILED` – the file was removed or replaced while it was open, or anything else that SQLite fails of
 * - `RUN_CORRUPT` – what is stored of the run is damaged
 *
 * @example
 * const persistence = new SqlitePersistence("flows.db", { durability: "power" });
 * const flow = new Review({ persistence });
 */
export class SqlitePersistence implements FlowPersistence {
  readonly claimMs: number;
  readonly schedules: Schedules;
  readonly #file: string;
  readonly #isDefault: boolean;
  readonly #options: Omit<StoreOptions, "claimMs" | "keys">;
  /** Keys of the runs whose claims this instance gave out and did not see given up: they tell whether a write is alone. */
  readonly #keys = new Map<string, number>();
  readonly #retention: Retention | undefined;
  #store: Store | undefined;
  #closed = false;

  /**
   * @param file A path, or ":memory:". Without one: `.millrace/millrace.db`, whose folder is made; other folders must exist.
   */
  constructor(file?: string, options: SqlitePersistenceOptions = {}) {
    this.#isDefault = file === undefined;
    this.#file = file === ":memory:" ? file : resolve(file?.trim() ?? defaultFile);
    const { durability = "process", claimMs = 10_000, busyTimeoutMs = 5_000, driver } = options;
    const keepEntries = options.keepEntries === undefined ? undefined : Math.max(1, options.keepEntries);
    this.#options = { durability, busyTimeoutMs, driver, keepEntries };
    this.claimMs = claimMs;
    this.schedules = new Schedules({
      open: () => this.#open(),
      isAlone: () => this.#keys.size === 0,
    });
    this.#retention = options.retention === undefined ? undefined : new Retention(this, options.retention);
  }

  create(run: NewRun): MaybePromise<Claim> {
    return this.#take((writes) => writes.create(run));
  }

  claim(runId: string, owner: RunOwner): MaybePromise<Claim> {
    return this.#take((writes) => writes.claim(runId, owner));
  }

  append(claim: Claim, batch: Batch): MaybePromise<void> {
    const { queue, writes } = this.#open();
    return queue.submit(writes.append(claim, batch), this.#isAlone(claim.runId));
  }

  rest(claim: Claim, batch: Batch, rest: Rest): MaybePromise<boolean> {
    const { queue, writes } = this.#open();
    const rested = queue.submit(writes.rest(claim, batch, rest), this.#isAlone(claim.runId));
    return then(rested, (done) => {
      if (done) this.#keys.delete(claim.runId);
      return done;
    });
  }

  heartbeat(claims: readonly Claim[]): MaybePromise<readonly Claim[]> {
    const { queue, writes } = this.#open();
    return queue.submit(writes.heartbeat(claims), true);
  }

  release(claim: Claim): MaybePromise<void> {
    const { queue, writes } = this.#open();
    const alone = this.#isAlone(claim.runId);
    this.#keys.delete(claim.runId);
    return queue.submit(writes.release(claim), alone);
  }

  load(runId: string): StoredRun | undefined {
    return this.#read(({ reads }) => reads.load(runId), runId);
  }

  post(runId: string, message: InboxMessage): MaybePromise<{ readonly position: number; readonly repeated: boolean }> {
    const { queue, writes, watch } = this.#open();
    return then(queue.submit(writes.post(runId, message), this.#keys.size < 2), (answer) => {
      if (!answer.repeated) watch.wake(runId);
      return answer;
    });
  }

  inbox(runId: string, after: number): readonly StoredMessage[] {
    return this.#read(({ reads }) => reads.inbox(runId, after), runId);
  }

  watch(runId: string, wake: () => void): () => void {
    return this.#open().watch.watch(runId, wake);
  }

  plan(planHash: string): unknown {
    return this.#read(({ reads }) => reads.plan(planHash));
  }

  get(runId: string): RunRecord | undefined {
    return this.#read(({ reads }) => reads.get(runId), runId);
  }

  list(query: RunQuery): RunPage {
    return this.#read(({ reads }) => reads.list(query));
  }

  due(query: DueRunQuery): DueRunPage {
    return this.#read(({ due }) => due.list(query));
  }

  history(runId: string, query: HistoryQuery = {}): readonly JournalRow[] {
    return this.#read(({ reads }) => reads.history(runId, query), runId);
  }

  prune(query: PruneQuery): MaybePromise<PruneStep> {
    const { queue, pruning } = this.#open();
    return queue.submit(pruning().prune(query), this.#keys.size === 0);
  }

  compact(runId: string, snapshot: Snapshot): MaybePromise<CompactStep> {
    const { queue, pruning } = this.#open();
    return queue.submit(pruning().compact(runId, snapshot), this.#keys.size === 0);
  }

  tidy(): MaybePromise<boolean> {
    const { queue, pruning } = this.#open();
    return then(queue.submit(pruning().tidy(), this.#keys.size === 0), (more) => {
      // the file is as long as it was until the log is written back to it; this waits for nobody
      if (!more) this.#store?.db.pragma("wal_checkpoint(PASSIVE)");
      return more;
    });
  }

  questions(query: QuestionQuery): QuestionPage {
    return this.#read(({ questions }) => questions.list(query));
  }

  /**
   * Throws where the file is not there any more, and where the last write has failed for want of room, of rights or of the lock and
   * the next one would too.
   */
  check(): void {
    this.#read(({ reads }) => reads.get(""));
    this.#open().queue.check();
  }

  /** Stores what still waits to be written, then closes the file. */
  close(): void {
    this.#closed = true;
    this.#retention?.end();
    const store = this.#store;
    if (store === undefined) return;
    this.#store = undefined;
    store.queue.flush();
    store.watch.close();
    store.db.close();
  }

  #open(): Store {
    if (this.#store !== undefined) {
      this.#store.place.check();
      return this.#store;
    }
    if (this.#closed) throw persistenceClosed();
    if (this.#isDefault) makeFolder(this.#file);
    this.#store = openStore(this.#file, { ...this.#options, claimMs: this.claimMs, keys: this.#keys });
    this.#retention?.start();
    return this.#store;
  }

  #take(write: (writes: RunWrites) => Write<GivenClaim>): MaybePromise<Claim> {
    const { queue, writes } = this.#open();
    return then(queue.submit(write(writes), this.#keys.size === 0), ({ claim, key, planHash }) => {
      if (key !== undefined) this.#keys.set(claim.runId, key);
      if (planHash !== undefined) writes.planIsStored(planHash);
      return claim;
    });
  }

  #isAlone(runId: string): boolean {
    return this.#keys.size === 0 || (this.#keys.size === 1 && this.#keys.has(runId));
  }

  #read<T>(read: (store: Store) => T, runId?: string): T {
    const store = this.#open();
    return store.read(() => read(store), runId);
  }
}

function makeFolder(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    throw cantOpen(file, "its folder can't be made", error);
  }
}

/** Goes on at once where the answer is there. */
function then<T, U>(answer: MaybePromise<T>, next: (answer: T) => U): MaybePromise<U> {
  return answer instanceof Promise ? answer.then(next) : next(answer);
}
