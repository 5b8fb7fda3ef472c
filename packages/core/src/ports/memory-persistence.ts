/**
 * Runs in this process's memory: what a flow uses when it is given nothing else. Every call answers at once, entries are
 * kept as they are, and all is gone when the process ends.
 */
import type { JournalRow, Snapshot } from "./journal.js";
import { dueRuns, noteDue, nudge } from "./memory-due.js";
import { findRuns, pageOf } from "./memory-query.js";
import { MemoryRun } from "./memory-run.js";
import { MemorySchedules } from "./memory-schedules.js";
import { MemorySessions } from "./memory-sessions.js";
import type {
  Batch,
  Claim,
  FlowPersistence,
  InboxMessage,
  NewRun,
  Rest,
  RunOwner,
  RunPlan,
  StoredMessage,
  StoredRun,
} from "./persistence.js";
import { claimLost, persistenceClosed, runExists, runNotFound, runOwned } from "./persistence-errors.js";
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
import type { QuestionPage, QuestionQuery } from "./question.js";
import { isAfter, questionPage, readQuestionQuery } from "./question-query.js";
import { readDueRunQuery, readPruneQuery, readRunQuery } from "./run-query.js";
import type { RunRecord } from "./run-record.js";
import { ownerIsDead } from "./this-owner.js";

export interface MemoryPersistenceOptions {
  /**
   * Journal entries kept per run once a snapshot covers the older ones. Entries that a snapshot does not cover are always kept.
   * At least 1.
   * @default 1_000
   */
  readonly keepEntries?: number;
  /**
   * Ended runs kept; the one that ended first goes first. The newest run of every session stays: the session goes on from it.
   * @default 100
   */
  readonly keepRuns?: number;
}

/**
 * A FlowPersistence in memory. Claims never expire: they die with the process, like the runs.
 *
 * @example
 * const persistence = new MemoryPersistence({ keepRuns: 100 });
 * const flow = new Review({ persistence });
 */
export class MemoryPersistence implements FlowPersistence {
  readonly schedules = new MemorySchedules();
  readonly #runs = new Map<string, MemoryRun>();
  readonly #watchers = new Map<string, Watcher[]>();
  /** Ids of ended runs that may go, in the order in which they ended. */
  readonly #ended = new Set<string>();
  /** By hash. */
  readonly #plans = new Map<string, unknown>();
  readonly #sessions = new MemorySessions();
  readonly #keepEntries: number;
  readonly #keepRuns: number;
  #created = 0;
  #closed = false;

  constructor(options: MemoryPersistenceOptions = {}) {
    this.#keepEntries = Math.max(1, options.keepEntries ?? 1_000);
    this.#keepRuns = options.keepRuns ?? 100;
  }

  create(run: NewRun): Claim {
    this.#checkOpen();
    if (this.#runs.has(run.id)) throw runExists(run.id);
    if (run.session !== undefined) this.#sessions.check(run);
    const stored = new MemoryRun(run, ++this.#created, this.#keepEntries);
    this.#runs.set(run.id, stored);
    if (run.rest) noteDue(stored, this.#runs);
    this.#keepPlan(run);
    // the run before it in the session is no longer what the session goes on from, and may go
    const before = run.session === undefined ? undefined : this.#sessions.add(stored);
    if (before) this.#letGo(before);
    if (stored.ended) this.#endedOne(stored);
    return claimOf(stored, run.owner);
  }

  claim(runId: string, owner: RunOwner): Claim {
    const run = this.#run(runId);
    if (run.owner !== undefined && !ownerIsDead(run.owner)) throw runOwned(runId, run.owner);
    this.#sessions.enter(run);
    run.claim(owner);
    nudge(run.created.parent, this.#runs);
    this.#ended.delete(runId);
    return claimOf(run, owner);
  }

  append(claim: Claim, batch: Batch): void {
    this.#writable(claim).write(batch);
    if (batch.plan) this.#keepPlan(batch.plan);
  }

  rest(claim: Claim, batch: Batch, rest: Rest): boolean {
    const run = this.#writable(claim);
    if (!run.rest(batch, rest)) return false;
    noteDue(run, this.#runs);
    if (batch.plan) this.#keepPlan(batch.plan);
    if (run.ended) this.#endedOne(run);
    return true;
  }

  heartbeat(claims: readonly Claim[]): readonly Claim[] {
    this.#checkOpen();
    return claims.filter((claim) => this.#claimed(claim) === undefined);
  }

  release(claim: Claim): void {
    const run = this.#claimed(claim);
    if (run !== undefined) run.owner = undefined;
  }

  load(runId: string): StoredRun | undefined {
    this.#checkOpen();
    return this.#runs.get(runId)?.load();
  }

  post(runId: string, message: InboxMessage): { readonly position: number; readonly repeated: boolean } {
    const answer = this.#run(runId).post(message);
    if (!answer.repeated) nudge(runId, this.#runs);
    if (!answer.repeated) for (const watcher of this.#watchers.get(runId) ?? []) queueMicrotask(() => watcher.wake?.());
    return answer;
  }

  inbox(runId: string, after: number): readonly StoredMessage[] {
    this.#checkOpen();
    return this.#runs.get(runId)?.inbox(after) ?? [];
  }

  watch(runId: string, wake: () => void): () => void {
    this.#checkOpen();
    const watcher: Watcher = { wake };
    const others = this.#watchers.get(runId);
    if (others) others.push(watcher);
    else this.#watchers.set(runId, [watcher]);
    return () => {
      watcher.wake = undefined;
      const left = this.#watchers.get(runId)?.filter((other) => other.wake);
      if (left?.length) this.#watchers.set(runId, left);
      else this.#watchers.delete(runId);
    };
  }

  plan(planHash: string): unknown {
    this.#checkOpen();
    return this.#plans.get(planHash);
  }

  get(runId: string): RunRecord | undefined {
    this.#checkOpen();
    return this.#runs.get(runId)?.record();
  }

  list(query: RunQuery): RunPage {
    this.#checkOpen();
    const read = readRunQuery(query);
    const { page, ...next } = pageOf(findRuns(this.#listed, read), read.limit);
    return { runs: page.map((run) => run.record()), ...next };
  }

  due(query: DueRunQuery): DueRunPage {
    this.#checkOpen();
    return dueRuns(this.#runs, readDueRunQuery(query));
  }

  /** What is kept of the journal: see `keepEntries`. */
  history(runId: string, query: HistoryQuery = {}): readonly JournalRow[] {
    return this.#run(runId).rows(query.after ?? 0, query.limit);
  }

  prune(query: PruneQuery): PruneStep {
    this.#checkOpen();
    const { limit, endedBefore, dryRun, ...filters } = readPruneQuery(query);
    const { page, ...next } = pageOf(findRuns(this.#listed, filters), limit);
    const removed = page.filter((run) => !this.#isNeeded(run) && run.record().updatedAt < endedBefore);
    const entries = removed.reduce((sum, { kept }) => sum + kept, 0);
    if (!dryRun) for (const run of removed) this.#remove(run);
    return { runs: removed.length, entries, ...next };
  }

  compact(runId: string, snapshot: Snapshot): CompactStep {
    return { entries: this.#run(runId).compact(snapshot), more: false };
  }

  tidy(): boolean {
    this.#checkOpen();
    return false;
  }

  questions(query: QuestionQuery): QuestionPage {
    this.#checkOpen();
    const { id, flow, runId, runIdPrefix = "", after, limit } = readQuestionQuery(query);
    const runs = runId === undefined ? [...this.#runs.values()] : [this.#runs.get(runId)];
    const found = runs
      .flatMap((run) => (run?.questions && !run.ended ? [...run.questions.values()] : []))
      .filter(
        (question) =>
          (id === undefined || question.id === id) &&
          (flow === undefined || question.flow === flow) &&
          question.runId.startsWith(runIdPrefix) &&
          (after === undefined || isAfter(question, after)),
      )
      .sort((a, b) => (isAfter(a, b) ? 1 : -1));
    return questionPage(found.slice(0, limit), found.length > limit);
  }

  close(): void {
    this.#closed = true;
    this.#runs.clear();
    this.#watchers.clear();
    this.#ended.clear();
    this.#sessions.clear();
    this.#plans.clear();
    this.schedules.close();
  }

  get #listed() {
    return { runs: this.#runs.values(), isHead: (run: MemoryRun) => this.#sessions.isHead(run) };
  }

  #keepPlan({ planHash, plan }: Pick<RunPlan, "planHash" | "plan">): void {
    if (plan !== undefined && !this.#plans.has(planHash)) this.#plans.set(planHash, plan);
  }

  #checkOpen(): void {
    if (this.#closed) throw persistenceClosed();
  }

  #run(runId: string): MemoryRun {
    this.#checkOpen();
    const run = this.#runs.get(runId);
    if (run === undefined) throw runNotFound(runId);
    return run;
  }

  /** The claim's run, if the claim stands. */
  #claimed(claim: Claim): MemoryRun | undefined {
    this.#checkOpen();
    const run = this.#runs.get(claim.runId);
    return run?.owner !== undefined && run.epoch === claim.epoch ? run : undefined;
  }

  #writable(claim: Claim): MemoryRun {
    const run = this.#claimed(claim);
    if (run === undefined) throw claimLost(claim);
    return run;
  }

  #endedOne(run: MemoryRun): void {
    this.#sessions.leave(run);
    this.#letGo(run);
  }

  #letGo(run: MemoryRun): void {
    const { id } = run.created;
    if (this.#sessions.isHead(run)) return;
    this.#ended.add(id);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= this.#keepRuns) return;
      this.#remove(this.#runs.get(oldest)!);
    }
  }

  /** A session goes on from it, or the run that has started it may still come to ask what it brought. */
  #isNeeded(run: MemoryRun): boolean {
    const parent = this.#runs.get(run.created.parent ?? "");
    return this.#sessions.isHead(run) || (parent !== undefined && !parent.ended);
  }

  #remove(run: MemoryRun): void {
    const { id } = run.created;
    run.clear();
    this.#ended.delete(id);
    this.#runs.delete(id);
  }
}

interface Watcher {
  /** Undefined: it watches no more. */
  wake: (() => void) | undefined;
}

const claimOf = (run: MemoryRun, owner: RunOwner): Claim => ({ runId: run.created.id, epoch: run.epoch, owner });
