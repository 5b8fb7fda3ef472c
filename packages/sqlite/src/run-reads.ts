/** The reading half: rows of the tables as records, journal rows and messages. */
import {
  decodeData,
  decodeEntry,
  entryTime,
  FlowError,
  type HistoryQuery,
  type JournalRow,
  type RunPage,
  type RunQuery,
  type RunRecord,
  type RunStatus,
  readRunQuery,
  runCursor,
  runNotFound,
  type Snapshot,
  type StoredMessage,
  type StoredRun,
} from "millrace";
import type { SqliteDatabase, SqliteStatement } from "./driver.js";
import { listSql } from "./list-sql.js";
import { type ClaimedRow, liveOwner } from "./run-writes.js";
import type { SharedTexts } from "./shared-texts.js";
import { decodeSharing } from "./sharing-row.js";
import type { Statements } from "./statements.js";

/** A row of `recordColumns`. */
export interface RecordRow extends Omit<ClaimedRow, "epoch"> {
  readonly id: string;
  readonly flow: string;
  readonly version: string | null;
  readonly plan_hash: string;
  readonly status: RunStatus;
  readonly created_at: number;
  readonly session: string | null;
  readonly parent: string | null;
  readonly forked_from: string | null;
  readonly forked_at: number;
  readonly continues: string | null;
  readonly continues_at: number;
  readonly waiting_for: string | null;
  readonly inbox_read: number;
  readonly position: number | null;
  readonly head: string | null;
}

export class RunReads {
  readonly #db: SqliteDatabase;
  readonly #sql: Statements;
  readonly #texts: SharedTexts;
  readonly #lists = new Map<string, SqliteStatement>();

  constructor(db: SqliteDatabase, sql: Statements, texts: SharedTexts) {
    this.#db = db;
    this.#sql = sql;
    this.#texts = texts;
  }

  get(runId: string): RunRecord | undefined {
    const row = this.#sql.record.get(runId) as RecordRow | undefined;
    return row && readRecord(row);
  }

  /** All in one read transaction: as of one moment, whatever other processes write. */
  load(runId: string): StoredRun | undefined {
    this.#sql.begin.run();
    try {
      const row = this.#sql.record.get(runId) as RecordRow | undefined;
      if (row === undefined) return undefined;
      const snapshot = this.#snapshot(row);
      const rows = this.#entries(row, { after: snapshot?.seq ?? 0 });
      checkComplete(rows, row, snapshot?.seq ?? 0);
      return { record: readRecord(row), ...(snapshot && { snapshot }), rows };
    } finally {
      this.#sql.commit.run();
    }
  }

  history(runId: string, query: HistoryQuery): readonly JournalRow[] {
    const key = this.#sql.key.get(runId) as number | undefined;
    if (key === undefined) throw runNotFound(runId);
    return this.#entries({ key, id: runId }, query);
  }

  plan(planHash: string): unknown {
    const data = this.#sql.plan.get(planHash) as string | undefined;
    return data === undefined ? undefined : JSON.parse(data);
  }

  inbox(runId: string, after: number): readonly StoredMessage[] {
    const rows = this.#sql.inbox.all(runId, after) as MessageRow[];
    return rows.map(({ position, message_id, kind, name, payload, at }) => ({
      ...(message_id !== null && { id: message_id }),
      kind,
      name,
      payload: decodeData(payload, { runId }),
      at,
      position,
    }));
  }

  list(query: RunQuery): RunPage {
    const read = readRunQuery(query);
    if (read.statuses?.length === 0) return { runs: [] };
    const { sql, values } = listSql(read);
    const statement = this.#lists.get(sql) ?? this.#db.prepare(sql);
    this.#lists.set(sql, statement);
    const rows = statement.all(...values) as RecordRow[];
    const page = rows.slice(0, read.limit);
    const last = page.at(-1);
    const next = last && rows.length > read.limit && runCursor({ createdAt: last.created_at, order: last.key });
    return { runs: page.map(readRecord), ...(next && { next }) };
  }

  #snapshot({ key, id }: RecordRow): Snapshot | undefined {
    const row = this.#sql.snapshot.get(key) as { seq: number; data: string; shared: number | null } | undefined;
    if (row === undefined) return undefined;
    const text = row.shared === null ? row.data : this.#texts.get(row.shared);
    return { seq: row.seq, data: decodeData(text, { runId: id }) };
  }

  #entries({ key, id }: Pick<RecordRow, "key" | "id">, query: HistoryQuery): readonly JournalRow[] {
    const { after = 0, limit = -1, withoutState = false } = query;
    const rows = this.#sql.entries.all(key, after, key, limit) as EntryRow[];
    return rows.map(({ seq, entry, shared }) => {
      const place = { runId: id, seq };
      if (shared === null) return { seq, entry: decodeEntry(entry, place) };
      return { seq, entry: decodeSharing({ entry, withoutState }, () => this.#texts.get(shared), place) };
    });
  }
}

interface EntryRow {
  readonly seq: number;
  readonly entry: string;
  readonly shared: number | null;
}

interface MessageRow extends Omit<StoredMessage, "id" | "payload"> {
  readonly message_id: string | null;
  readonly payload: string;
}

function readRecord(row: RecordRow): RunRecord {
  const { id, session, parent, forked_from, continues, waiting_for, position, head } = row;
  return {
    id,
    flow: row.flow,
    version: row.version,
    planHash: row.plan_hash,
    status: row.status,
    createdAt: row.created_at,
    updatedAt: head === null ? row.created_at : entryTime(head, { runId: id, seq: position ?? 0 }),
    ...(session !== null && { session }),
    ...(parent !== null && { parent }),
    ...(forked_from !== null && { forkedFrom: { run: forked_from, position: row.forked_at } }),
    ...(continues !== null && { continues: { run: continues, position: row.continues_at } }),
    ...(waiting_for !== null && { waitingFor: decodeData(waiting_for, { runId: id }) as readonly unknown[] }),
    position: position ?? 0,
    inboxRead: row.inbox_read,
    owned: liveOwner(row) !== undefined,
  };
}

/** The rows must lead from the snapshot to the newest entry without a gap. */
function checkComplete(rows: readonly JournalRow[], { id, position }: RecordRow, after: number): void {
  const gap = rows.findIndex(({ seq }, i) => seq !== after + 1 + i);
  const missing = gap >= 0 ? after + 1 + gap : after > (position ?? 0) ? after : undefined;
  if (missing === undefined) return;
  throw new FlowError("RUN_CORRUPT", `Entry ${missing} of run "${id}" is missing.`, {
    runId: id,
    hint: "Restore a backup of the database.",
    details: { missing },
  });
}
