/** The statements of `RunPruning`, prepared when it is first asked for something. */
import type { SqliteDatabase } from "./driver.js";

export type PruneStatements = ReturnType<typeof preparePruneStatements>;

export function preparePruneStatements(db: SqliteDatabase) {
  return {
    /** id */
    run: db.prepare("SELECT key, coalesce(session, continues, forked_from) IS NOT NULL AS kin FROM run WHERE id = ?"),
    /** key, key */
    position: db
      .prepare("SELECT max(id) & 4294967295 FROM journal WHERE id BETWEEN (? << 32) AND (? << 32) + 4294967295")
      .pluck(),
    /** key, key */
    firstPosition: db
      .prepare("SELECT min(id) & 4294967295 FROM journal WHERE id BETWEEN (? << 32) AND (? << 32) + 4294967295")
      .pluck(),
    /** key */
    lastMessage: db.prepare("SELECT coalesce(max(position), 0) FROM inbox WHERE run = ?").pluck(),
    /** session, flow, createdAt, key: of a run; the statuses are named for the index. */
    newerOfSession: db.prepare(
      `SELECT 1 FROM run INDEXED BY run_by_session
       WHERE session = ? AND flow = ? AND status IN ('running', 'waiting', 'completed', 'failed', 'cancelled')
         AND (created_at, key) > (?, ?) LIMIT 1`,
    ),
    /** id */
    isLive: db.prepare("SELECT 1 FROM run WHERE id = ? AND status IN ('running', 'waiting')").pluck(),

    /** key */
    dropRun: db.prepare("DELETE FROM run WHERE key = ?"),
    /** key */
    dropSnapshot: db.prepare("DELETE FROM snapshot WHERE run = ?"),
    /** key */
    dropQuestions: db.prepare("DELETE FROM question WHERE run = ?"),
    /** key, key, seq, limit: the oldest entries, up to a seq */
    dropEntries: db.prepare(
      "DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE id BETWEEN (? << 32) AND (? << 32) + ? ORDER BY id LIMIT ?)",
    ),
    /** key, limit */
    dropMessages: db.prepare("DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE run = ? LIMIT ?)"),

    /** key */
    noteRemoved: db.prepare("INSERT INTO removed (run) VALUES (?)"),
    removed: db.prepare("SELECT run FROM removed LIMIT 1").pluck(),
    /** key */
    forgetRemoved: db.prepare("DELETE FROM removed WHERE run = ?"),

    /** key */
    snapshotSeq: db.prepare("SELECT seq FROM snapshot WHERE run = ?").pluck(),
    /** key, seq, data, shared */
    keepSnapshot: db.prepare(
      `INSERT INTO snapshot (run, seq, data, shared) VALUES (?, ?, ?, ?)
       ON CONFLICT (run) DO UPDATE SET seq = excluded.seq, data = excluded.data, shared = excluded.shared`,
    ),
  };
}
