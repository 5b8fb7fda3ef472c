/**
 * The port to a store of runs. An adapter keeps the promises written here and nothing else; `persistenceConformance`
 * checks them. Every method may answer at once or with a promise, and fail by a throw or a rejection alike (so `await` the
 * call inside the `try`): an adapter that can answer at once saves the run a wait.
 *
 * Entries, snapshots and payloads are finished values: a store may keep them as they are, and what it answers is not to be
 * changed. A field whose value is undefined may come back absent.
 */
import type { JournalRow, RestStatus, RunPosition, Snapshot } from "./journal.js";
import type { MaybePromise } from "./maybe-promise.js";
import type {
  CompactStep,
  DueRunPage,
  DueRunQuery,
  HistoryQuery,
  PruneQuery,
  PruneStep,
  RunPage,
  RunQuery,
} from "./queries.js";
import type { Question, QuestionPage, QuestionQuery } from "./question.js";
import type { RunRecord } from "./run-record.js";
import type { ScheduleStore } from "./schedule.js";

/** Who drives a run. Two owners are the same only when `id` is equal. */
export interface RunOwner {
  /** New for every FlowPersistence user in every process. */
  readonly id: string;
  /** Where it lives, so that an adapter on the same host can see at once that it is dead. Absent: not known. */
  readonly host?: string;
  readonly pid?: number;
  /** The process's start time in the host's own clock, against reused pids. */
  readonly pidStart?: string;
}

/** The right to write to one run. A later claim of the same run has a higher epoch and makes this one stale. */
export interface Claim {
  readonly runId: string;
  readonly epoch: number;
  readonly owner: RunOwner;
}

export interface NewRun {
  readonly id: string;
  readonly flow: string;
  readonly version: string | null;
  readonly planHash: string;
  /** Plain JSON, the same for all runs with this `planHash`: kept once. Absent: not to be kept. */
  readonly plan?: unknown;
  readonly createdAt: number;
  /** Runs of one flow with the same session carry a state on, one at a time. */
  readonly session?: string;
  /** Of a session: its newest run as its maker found it, which it goes on from. Absent: the maker found none. */
  readonly previous?: RunPosition;
  readonly parent?: string;
  readonly forkedFrom?: RunPosition;
  /** Where the run stood whose state this one begins with. */
  readonly continues?: RunPosition;
  /** The run is stored as one that has come to rest like this: nobody drives it yet. */
  readonly rest?: Rest;
  readonly owner: RunOwner;
  readonly rows: readonly JournalRow[];
}

/** Which code a run goes by. */
export interface RunPlan {
  readonly version: string | null;
  readonly planHash: string;
  /** As in `NewRun`. */
  readonly plan?: unknown;
}

/** Written together or not at all. */
export interface Batch {
  /** In order, each `seq` one more than the one before, the first than the newest stored one (the caller's duty). May be empty. */
  readonly rows: readonly JournalRow[];
  /** Replaces the run's snapshot, whatever its `seq`. */
  readonly snapshot?: Snapshot;
  /** Questions that are open from now on (one that is open already: as it is listed from now on), and the ids of those that are not any more. */
  readonly questions?: { readonly opened: readonly Question[]; readonly closed: readonly string[] };
  /** The inbox was applied up to here. It only grows: a lower position than the one stored changes nothing. */
  readonly inboxRead?: number;
  /** The run goes by this plan from now on. */
  readonly plan?: RunPlan;
}

/** How a run comes to rest: it ends, or it parks to wait for the outside. The claim is given up with it. */
export interface Rest {
  readonly status: RestStatus;
  readonly waitingFor?: readonly unknown[];
}

export interface StoredRun {
  readonly record: RunRecord;
  readonly snapshot?: Snapshot;
  /** The entries after the snapshot (all of them without one), in order, without gaps. */
  readonly rows: readonly JournalRow[];
}

/** Something put into a run from outside. */
export interface InboxMessage {
  /** Drops a repeat: a second message of the run with the same id, ever, is not stored. */
  readonly id?: string;
  readonly kind: "signal" | "cancel" | "answer" | "child";
  /** The signal's name; for a cancel its reason, for an answer the question's id, for news of a child its run's id. */
  readonly name: string;
  readonly payload: unknown;
  readonly at: number;
}

export interface StoredMessage extends InboxMessage {
  /** From 1, without gaps, in the order stored. */
  readonly position: number;
}

/**
 * All methods reject with `PERSISTENCE_*` when the store itself fails: then nothing of the call is stored, and the store is as
 * usable as before.
 */
export interface FlowPersistence {
  /**
   * How long a claim lives without a heartbeat, in ms. Absent: claims never expire (a store that dies with its process).
   */
  readonly claimMs?: number;

  /** The schedules that start runs of this store, kept beside them. Absent: it keeps none. */
  readonly schedules?: ScheduleStore;

  /**
   * Stores a new run with status `running`, its first rows, and a claim of epoch 1 for its owner, in one transaction. With
   * `rest`: at rest, with a claim that was given up.
   * @throws {FlowError} RUN_EXISTS – a run with this id is stored; it is left as it was
   * @throws {FlowError} SESSION_BUSY – of this flow and session a run runs or waits, or the newest one (first in a `list` of
   * them) does not stand at `previous`; nothing is stored. `runId` is the run in the way
   */
  create(run: NewRun): MaybePromise<Claim>;

  /**
   * Takes the run: succeeds when no claim stands, the standing one has expired, or its owner is known to be dead. The new
   * claim's epoch is higher than all before, and status becomes `running`. Of two at once exactly one gets it. The `epoch`
   * decides who may write: the previous owner's next `append`, `rest`, `heartbeat` or `release` finds its claim lost.
   * @throws {FlowError} RUN_NOT_FOUND
   * @throws {FlowError} RUN_OWNED – a live claim of any owner, this one included, stands
   * @throws {FlowError} SESSION_BUSY – the run has ended, and another one of its flow and session runs or waits
   */
  claim(runId: string, owner: RunOwner): MaybePromise<Claim>;

  /**
   * Appends rows, snapshot and inbox position, all or nothing, durable when it resolves. Batches of one run are stored in
   * the order of the calls; those of several runs may share a transaction.
   *
   * A claim is written with as long as nobody took the run: one that has expired, too.
   * @throws {FlowError} RUN_CLAIM_LOST – the claim was given up, or a higher epoch was given out; nothing is stored
   * @throws {FlowError} INTERNAL – a row's `seq` is stored already; nothing is stored
   */
  append(claim: Claim, batch: Batch): MaybePromise<void>;

  /**
   * The last append of a claim: stores the batch, sets status, gives the claim up, in one transaction that first finds no
   * inbox message after `batch.inboxRead` and the position already read. Finds it one: answers false and nothing is stored,
   * the claim stands.
   * @throws {FlowError} RUN_CLAIM_LOST
   */
  rest(claim: Claim, batch: Batch, rest: Rest): MaybePromise<boolean>;

  /** Prolongs the claims to `claimMs` from now, expired ones that nobody took too; answers those that are lost. */
  heartbeat(claims: readonly Claim[]): MaybePromise<readonly Claim[]>;

  /** Gives a claim up without a word about the run: its status stays, anybody may claim it. A lost claim is no error. */
  release(claim: Claim): MaybePromise<void>;

  /** The run with its newest snapshot and the rows after it, as of one moment. */
  load(runId: string): MaybePromise<StoredRun | undefined>;

  /**
   * Stores a message, durable when it resolves. Answers its position, or that of the first message with the same id.
   * @throws {FlowError} RUN_NOT_FOUND
   * @throws {FlowError} RUN_ENDED – status is completed, failed or cancelled (a repeat of a stored id is no error)
   */
  post(runId: string, message: InboxMessage): MaybePromise<{ readonly position: number; readonly repeated: boolean }>;

  /** Messages after a position, in order; none for a run that is not stored. Those already read may be gone. */
  inbox(runId: string, after: number): MaybePromise<readonly StoredMessage[]>;

  /**
   * Calls `wake` soon after a message for the run was stored, by this process or another (within 100 ms), perhaps more
   * often, but never from within `watch` or `post`. Answers a function that ends it: no `wake` after that. Watching does not
   * keep the process alive.
   */
  watch(runId: string, wake: () => void): () => void;

  /** A plan that runs were created or went on with, by its hash; it is kept as long as the store. */
  plan(planHash: string): MaybePromise<unknown>;

  get(runId: string): MaybePromise<RunRecord | undefined>;
  /**
   * A page of the runs that fit all filters. Following `next` meets every run that was stored before the first page once.
   * @throws {FlowError} PERSISTENCE_QUERY_INVALID – `limit` is not a whole number above 0, or `cursor` is not from a page
   */
  list(query: RunQuery): MaybePromise<RunPage>;
  /**
   * A page of the runs that nobody drives, and that could go on by themselves. Of those that run: they have no live claim. Of those that
   * wait, by what `rest` was given as `waitingFor` (see `wakesOf`): the first time in it has come; or a message was stored that was not
   * read; or a run that it has started and waits for does not wait, was claimed since, or is due itself. Following `next` meets every run once that is due all the while.
   *
   * Asked every few seconds: it is to cost about what it answers, however many runs wait.
   * @throws {FlowError} PERSISTENCE_QUERY_INVALID – `limit` is not a whole number above 0, or `cursor` is not from a page
   */
  due(query: DueRunQuery): MaybePromise<DueRunPage>;
  /**
   * The journal, in order; a store may have dropped old entries that a snapshot covers.
   * @throws {FlowError} RUN_NOT_FOUND
   */
  history(runId: string, query?: HistoryQuery): MaybePromise<readonly JournalRow[]>;

  /**
   * Removes ended runs that fit all filters, with all that is stored of them: one step, in the order of `list`, that looks at no
   * more than `limit` runs and ends early where it would hold the store up for long. A run is removed as one, whatever happens:
   * no call finds it any more, and its id is free. Never removed: a run that runs or waits, one whose
   * parent does, and of each flow and session the newest run, which the session goes on from.
   * @throws {FlowError} PERSISTENCE_QUERY_INVALID – as `list`; or `status` is not one of an end
   */
  prune(query: PruneQuery): MaybePromise<PruneStep>;

  /**
   * Drops entries up to `snapshot.seq`, the oldest first, but never the newest entry of the run. The snapshot (what a replay of
   * the run's entries up to there comes to: the caller's duty) is stored first, unless one as new is. One step, bounded like that of `prune`; no claim
   * is needed, since the run stands where it stood.
   * @throws {FlowError} RUN_NOT_FOUND
   */
  compact(runId: string, snapshot: Snapshot): MaybePromise<CompactStep>;

  /**
   * One bounded step of what `prune` and `compact`, of any process, have left to do: what is left of removed runs, and room
   * that can be given back. True: there is more to do.
   */
  tidy(): MaybePromise<boolean>;

  /**
   * A page of the open questions of runs that have not ended. Neither a claim nor an end closes a question: those of an ended run
   * are listed again when it is claimed.
   * @throws {FlowError} PERSISTENCE_QUERY_INVALID – `limit` is not a whole number above 0, or `cursor` is not from a page
   */
  questions(query: QuestionQuery): MaybePromise<QuestionPage>;

  /**
   * Whether it can be used, as far as is known at little cost: fails while reads do, and while writes fail for a reason that every
   * one of them would meet (a full disk, a lock). Absent: as long as it can be read.
   */
  check?(): MaybePromise<void>;

  /** Waits for what is under way, then frees everything. Later calls: `PERSISTENCE_CLOSED`. Twice is no error. */
  close(): MaybePromise<void>;
}
