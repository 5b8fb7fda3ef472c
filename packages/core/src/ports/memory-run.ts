/**
 * One run as MemoryPersistence holds it: a record, the kept end of the journal, the unread inbox and who has the claim.
 * Appending costs the same however long the run is, and what is kept is bounded by `keepEntries` behind the snapshot.
 */
import { FlowError } from "../errors/index.js";
import type { JournalRow, PlanRef, RunStatus, Snapshot } from "./journal.js";
import type { Batch, InboxMessage, NewRun, Rest, RunOwner, StoredMessage, StoredRun } from "./persistence.js";
import { runEnded } from "./persistence-errors.js";
import type { Question } from "./question.js";
import type { RunRecord } from "./run-record.js";
import { ownerIsDead } from "./this-owner.js";

export class MemoryRun {
  epoch = 1;
  owner: RunOwner | undefined;
  status: RunStatus = "running";
  waitingFor: readonly unknown[] | undefined;
  /** Of one that waits: from when on it could go on by itself, ms since the epoch. */
  dueAt = Number.POSITIVE_INFINITY;
  #rows: JournalRow[] = [];
  #position = 0;
  #snapshot: Snapshot | undefined;
  #inbox: StoredMessage[] = [];
  #inboxRead = 0;
  #posted = 0;
  /** Open ones by id; undefined for most runs. */
  questions: Map<string, Question> | undefined;
  #messageIds: Map<string, number> | undefined;

  readonly created: Omit<NewRun, "rows" | "owner" | "previous" | "rest" | "plan" | "planHash" | "version">;
  #plan: PlanRef;
  /** Position among the runs of the store, in the order of creation. */
  readonly order: number;
  readonly #keepEntries: number;

  constructor(
    { rows, owner, rest, plan: _plan, previous: _previous, planHash, version, ...created }: NewRun,
    order: number,
    keepEntries: number,
  ) {
    this.created = created;
    this.#plan = { planHash, version };
    this.order = order;
    this.#keepEntries = keepEntries;
    this.owner = rest ? undefined : owner;
    this.status = rest?.status ?? "running";
    this.waitingFor = rest?.waitingFor;
    this.write({ rows });
  }

  get ended(): boolean {
    return this.status !== "running" && this.status !== "waiting";
  }

  get isDriven(): boolean {
    return this.owner !== undefined && !ownerIsDead(this.owner);
  }

  claim(owner: RunOwner): void {
    this.epoch++;
    this.owner = owner;
    this.status = "running";
    this.waitingFor = undefined;
  }

  write(batch: Batch): void {
    this.#checkOrder(batch.rows);
    for (const row of batch.rows) this.#rows.push(row);
    this.#position += batch.rows.length;
    if (batch.snapshot !== undefined) this.#snapshot = batch.snapshot;
    if (batch.inboxRead !== undefined) this.#markRead(batch.inboxRead);
    if (batch.plan !== undefined) this.#plan = batch.plan;
    if (batch.questions !== undefined) this.#ask(batch.questions);
    this.#trim();
  }

  /** False, and nothing written, when a message waits after what the batch says was read. */
  rest(batch: Batch, rest: Rest): boolean {
    if (this.#posted > Math.max(this.#inboxRead, batch.inboxRead ?? 0)) return false;
    this.write(batch);
    this.owner = undefined;
    this.status = rest.status;
    this.waitingFor = rest.waitingFor;
    return true;
  }

  post(message: InboxMessage): { readonly position: number; readonly repeated: boolean } {
    const known = message.id === undefined ? undefined : this.#messageIds?.get(message.id);
    if (known !== undefined) return { position: known, repeated: true };
    if (this.ended) throw runEnded(this.created.id, this.status);
    const position = ++this.#posted;
    this.#inbox.push(Object.freeze({ ...message, position }));
    if (message.id !== undefined) {
      this.#messageIds ??= new Map();
      this.#messageIds.set(message.id, position);
    }
    return { position, repeated: false };
  }

  inbox(after: number): StoredMessage[] {
    return this.#inbox.filter((message) => message.position > after);
  }

  record(): RunRecord {
    const { id, flow, createdAt, session, parent, forkedFrom, continues } = this.created;
    const { planHash, version } = this.#plan;
    return {
      id,
      flow,
      version,
      planHash,
      status: this.status,
      createdAt,
      updatedAt: this.#rows.at(-1)?.entry.at ?? createdAt,
      ...(session !== undefined && { session }),
      ...(parent !== undefined && { parent }),
      ...(forkedFrom !== undefined && { forkedFrom }),
      ...(continues !== undefined && { continues }),
      ...(this.waitingFor && { waitingFor: this.waitingFor }),
      position: this.#position,
      inboxRead: this.#inboxRead,
      owned: this.isDriven,
    };
  }

  load(): StoredRun {
    const snapshot = this.#snapshot;
    return { record: this.record(), ...(snapshot && { snapshot }), rows: this.rows(snapshot?.seq ?? 0) };
  }

  /**
   * The run is let go of. It gives its journal up itself: V8 may hold on to what old tables of a Map refer to for long after
   * they are gone.
   */
  clear(): void {
    this.#rows = [];
    this.#snapshot = undefined;
    this.#inbox = [];
  }

  /** How many entries are kept. */
  get kept(): number {
    return this.#rows.length;
  }

  /** Drops what the snapshot covers, but not the newest entry; answers how many. */
  compact(snapshot: Snapshot): number {
    if (snapshot.seq > (this.#snapshot?.seq ?? -1)) this.#snapshot = snapshot;
    const first = this.#position - this.#rows.length;
    return this.#rows.splice(0, Math.max(0, Math.min(snapshot.seq, this.#position - 1) - first)).length;
  }

  #ask({ opened, closed }: NonNullable<Batch["questions"]>): void {
    this.questions ??= new Map();
    for (const question of opened) this.questions.set(question.id, question);
    for (const id of closed) this.questions.delete(id);
  }

  /** The kept rows after a position. */
  rows(after: number, limit?: number): readonly JournalRow[] {
    const from = Math.max(0, after - (this.#position - this.#rows.length));
    return this.#rows.slice(from, limit === undefined ? undefined : from + limit);
  }

  #checkOrder(rows: readonly JournalRow[]): void {
    let expected = this.#position;
    for (const { seq } of rows) {
      if (seq === ++expected) continue;
      throw new FlowError("INTERNAL", `Run "${this.created.id}" was given entry ${seq} where ${expected} comes next.`, {
        runId: this.created.id,
        details: { expected, found: seq },
      });
    }
  }

  #markRead(position: number): void {
    this.#inboxRead = Math.max(this.#inboxRead, position);
    this.#inbox = this.inbox(this.#inboxRead);
  }

  /** Drops old rows in slices of an eighth, so that the shifting costs a constant per append. */
  #trim(): void {
    const excess = this.#rows.length - this.#keepEntries;
    if (excess <= this.#keepEntries >> 3 || this.#snapshot === undefined) return;
    const covered = this.#snapshot.seq - (this.#position - this.#rows.length);
    if (covered > 0) this.#rows.splice(0, Math.min(excess, covered));
  }
}
