/** One prepared statement per operation, made once per database. */
import type { SqliteDatabase } from "./driver.js";

/** The newest row of a run's journal, of which only the head is read: type and time stand there. */
export const recordColumns = `
  run.key, run.id, run.flow, run.version, run.plan_hash, run.status, run.created_at, run.session, run.parent, run.forked_from, run.forked_at, run.continues, run.continues_at, run.waiting_for,
  run.inbox_read, run.owner, run.expires_at, newest.id & 4294967295 AS position, substr(newest.entry, 1, 40) AS head`;
export const newestEntry = `
  LEFT JOIN journal AS newest ON newest.id =
    (SELECT max(id) FROM journal WHERE id BETWEEN (run.key << 32) AND (run.key << 32) + 4294967295)`;

export type Statements = ReturnType<typeof prepareStatements>;

export function prepareStatements(db: SqliteDatabase) {
  return {
    begin: db.prepare("BEGIN"),
    beginWrite: db.prepare("BEGIN IMMEDIATE"),
    commit: db.prepare("COMMIT"),
    rollback: db.prepare("ROLLBACK"),

    /** id, flow, version, planHash, createdAt, session, parent, owner, expiresAt; changes nothing when the id is taken. */
    insertRun: db.prepare(
      `INSERT INTO run (id, flow, version, plan_hash, created_at, session, parent, owner, expires_at, status, epoch)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', 1) ON CONFLICT (id) DO NOTHING`,
    ),
    /** As `insertRun`, then forkedFrom, forkedAt, continues, continuesAt, status, waitingFor, dueAt, epoch. */
    insertLinked: db.prepare(
      `INSERT INTO run (id, flow, version, plan_hash, created_at, session, parent, owner, expires_at, forked_from, forked_at,
         continues, continues_at, status, waiting_for, due_at, epoch)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    ),
    /** hash, data */
    insertPlan: db.prepare("INSERT INTO plan (hash, data) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING"),
    /** planHash, version, key */
    setPlan: db.prepare("UPDATE run SET plan_hash = ?, version = ? WHERE key = ?"),
    /** hash */
    plan: db.prepare("SELECT data FROM plan WHERE hash = ?").pluck(),
    /** session, flow, thrice; of those that have ended */
    newestOfSession: db.prepare(
      `${["completed", "failed", "cancelled"].map(ofSession).join(" UNION ALL ")}
       ORDER BY created_at DESC, key DESC LIMIT 1`,
    ),
    /** key of the session's newest run, and of the one before it */
    setLatest: db.prepare("UPDATE run SET latest = iif(key = ?, 1, NULL) WHERE key IN (?, ?)"),
    /** session, flow, twice */
    activeOfSession: db.prepare(["running", "waiting"].map(ofSession).join(" UNION ALL ")),
    /** seq, entry, key, epoch; changes nothing when the claim does not stand, like all that take an epoch. */
    insertEntry: db.prepare(
      "INSERT INTO journal (id, entry) SELECT (key << 32) + ?, ? FROM run WHERE key = ? AND epoch = ?",
    ),
    /** seq, entry, shared, key */
    insertSharing: db.prepare(
      "INSERT INTO journal (id, entry, shared) SELECT (key << 32) + ?, ?, ? FROM run WHERE key = ?",
    ),
    /** key, seq, data */
    replaceSnapshot: db.prepare(
      `INSERT INTO snapshot (run, seq, data) VALUES (?, ?, ?)
       ON CONFLICT (run) DO UPDATE SET seq = excluded.seq, data = excluded.data, shared = NULL`,
    ),
    /** id, run, askedAt, data */
    insertQuestion: db.prepare("REPLACE INTO question (id, run, asked_at, data) VALUES (?, ?, ?, ?)"),
    /** id */
    deleteQuestion: db.prepare("DELETE FROM question WHERE id = ?"),
    /** position, key, epoch */
    setInboxRead: db.prepare("UPDATE run SET inbox_read = max(inbox_read, ?) WHERE key = ? AND epoch = ?"),
    /** key, epoch */
    claimStands: db.prepare("SELECT 1 FROM run WHERE key = ? AND epoch = ?").pluck(),
    /** key, key */
    position: db
      .prepare("SELECT max(id) & 4294967295 FROM journal WHERE id BETWEEN (? << 32) AND (? << 32) + 4294967295")
      .pluck(),

    /** id */
    claimed: db.prepare("SELECT key, epoch, owner, expires_at, status, flow, session, parent FROM run WHERE id = ?"),
    /** owner, expiresAt, key */
    claim: db.prepare(
      `UPDATE run SET epoch = epoch + 1, owner = ?, expires_at = ?, status = 'running', waiting_for = NULL, due_at = NULL
       WHERE key = ?`,
    ),
    /** expiresAt, key, epoch */
    prolong: db.prepare("UPDATE run SET expires_at = ? WHERE key = ? AND epoch = ?"),
    /** key, epoch */
    release: db.prepare(
      "UPDATE run SET epoch = epoch + 1, owner = NULL, expires_at = NULL WHERE key = ? AND epoch = ?",
    ),
    /** status, waitingFor, dueAt, inboxRead, key, epoch, inboxRead; changes nothing when an unread message waits. */
    rest: db.prepare(
      `UPDATE run SET status = ?, waiting_for = ?, due_at = ?, epoch = epoch + 1, owner = NULL, expires_at = NULL,
         inbox_read = max(inbox_read, ?)
       WHERE key = ? AND epoch = ?
         AND NOT EXISTS (SELECT 1 FROM inbox WHERE run = run.key AND position > max(run.inbox_read, ?))`,
    ),

    /** id */
    addressee: db.prepare("SELECT key, status FROM run WHERE id = ?"),
    /** id */
    due: db.prepare("SELECT status, due_at FROM run WHERE id = ?"),
    /** id; answers its parent, nothing if it need not be told. */
    nudge: db.prepare(
      "UPDATE run SET due_at = -1 WHERE id = ? AND status = 'waiting' AND due_at IS NOT -1 RETURNING parent",
    ),
    /** key, messageId */
    repeatOf: db.prepare("SELECT position FROM inbox WHERE run = ? AND message_id = ?").pluck(),
    /** key */
    lastPosition: db.prepare("SELECT coalesce(max(position), 0) FROM inbox WHERE run = ?").pluck(),
    /** key, position, messageId, kind, name, payload, at */
    insertMessage: db.prepare(
      "INSERT INTO inbox (run, position, message_id, kind, name, payload, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ),
    /** id, after */
    inbox: db.prepare(
      `SELECT position, message_id, kind, name, payload, at FROM inbox
       WHERE run = (SELECT key FROM run WHERE id = ?) AND position > ? ORDER BY position`,
    ),
    lastMessage: db.prepare("SELECT coalesce(max(id), 0) FROM inbox").pluck(),
    /** after */
    messagesSince: db.prepare(
      "SELECT inbox.id AS message, run.id AS run FROM inbox JOIN run ON run.key = inbox.run WHERE inbox.id > ?",
    ),
    dataVersion: db.prepare("PRAGMA data_version").pluck(),

    /** id */
    record: db.prepare(`SELECT ${recordColumns} FROM run ${newestEntry} WHERE run.id = ?`),
    /** key */
    snapshot: db.prepare("SELECT seq, data, shared FROM snapshot WHERE run = ?"),
    /** id */
    key: db.prepare("SELECT key FROM run WHERE id = ?").pluck(),
    /** key, after, key, limit */
    entries: db.prepare(
      `SELECT id & 4294967295 AS seq, entry, shared FROM journal
       WHERE id > (? << 32) + ? AND id <= (? << 32) + 4294967295 ORDER BY id LIMIT ?`,
    ),
  };
}

const ofSession = (status: string) =>
  `SELECT key, id, status, created_at FROM run INDEXED BY run_by_session
   WHERE session = ? AND flow = ? AND status = '${status}'`;
