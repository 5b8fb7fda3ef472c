/**
 * The tables of a Millrace file, and what leads from each schema version to the next. A released migration is never changed.
 *
 * - `run.key` is a run's number, never used again. `epoch` grows with every claim and with every giving up of one, so a claim
 *   stands exactly as long as its epoch is the run's.
 * - `due_at` is of runs that wait: when time, or anything else, could move them (see `due-times.ts`). Those of an earlier schema are all
 *   looked at once, but for forks, which wait for nothing but to be resumed.
 * - `text` holds what long texts are made of (see `shared-texts.ts`); `shared` of an entry or a snapshot is the rest of it, as one of them.
 * - `latest` is 1 of the run that a session goes on from.
 * - `journal.id` is `key << 32 | seq`: a run's rows lie side by side, and a row is one small cell. Position and time of a run
 *   are those of its newest row, so that an append writes nothing else.
 * - The indexes of `run` are what `listSql` asks by; all of them end with the key, being its table's.
 * - `run_by_owner` has the runs whose ids begin with the mark of a subject: 22 characters and a full stop, as the server names them.
 * - `plan` has every plan that a run was made with or went on with, once, as JSON.
 * - `removed` holds the keys of runs that are gone, and of which something is left to be taken away.
 * - `question` holds the open questions alone.
 * - `schedule` holds what is started when; `next_due` stands apart from the data, so that what is due is found without reading all.
 * - `inbox.id` grows over all runs: what came in since a moment is found without asking every run.
 */
export const applicationId = 0x4d696c6c; // "Mill"

export const migrations: readonly string[] = [
  `
  CREATE TABLE run (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    flow TEXT NOT NULL,
    version TEXT,
    plan_hash TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    session TEXT,
    parent TEXT,
    forked_from TEXT,
    forked_at INTEGER,
    waiting_for TEXT,
    inbox_read INTEGER NOT NULL DEFAULT 0,
    epoch INTEGER NOT NULL,
    owner TEXT,
    expires_at INTEGER
  ) STRICT;
  CREATE INDEX run_by_time ON run (created_at);
  CREATE INDEX run_by_flow ON run (flow, status, created_at);
  CREATE INDEX run_by_session ON run (session, flow, status, created_at) WHERE session IS NOT NULL;
  CREATE INDEX run_by_parent ON run (parent, flow, status, created_at) WHERE parent IS NOT NULL;
  CREATE INDEX run_by_both ON run (session, parent, flow, status, created_at)
    WHERE session IS NOT NULL AND parent IS NOT NULL;
  CREATE INDEX run_by_fork ON run (forked_from, flow, status, created_at) WHERE forked_from IS NOT NULL;

  CREATE TABLE plan (hash TEXT PRIMARY KEY, data TEXT NOT NULL) STRICT;

  CREATE TABLE journal (id INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT;

  CREATE TABLE snapshot (run INTEGER PRIMARY KEY, seq INTEGER NOT NULL, data TEXT NOT NULL) STRICT;

  CREATE TABLE removed (run INTEGER PRIMARY KEY) STRICT;
  CREATE TABLE question (
    id TEXT NOT NULL UNIQUE,
    run INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE INDEX question_by_time ON question (asked_at, id);
  CREATE INDEX question_by_run ON question (run);

  CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL,
    position INTEGER NOT NULL,
    message_id TEXT,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    payload TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX inbox_by_run ON inbox (run, position);
  CREATE UNIQUE INDEX inbox_by_message ON inbox (run, message_id) WHERE message_id IS NOT NULL;
  `,
  `
  ALTER TABLE run ADD COLUMN continues TEXT;
  ALTER TABLE run ADD COLUMN continues_at INTEGER;
  CREATE INDEX run_by_continued ON run (continues, flow, status, created_at) WHERE continues IS NOT NULL;
  `,
  `
  CREATE TABLE schedule (
    id TEXT PRIMARY KEY,
    flow TEXT NOT NULL,
    next_due INTEGER,
    revision TEXT NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE INDEX schedule_by_due ON schedule (next_due, id) WHERE next_due IS NOT NULL;
  `,
  `
  ALTER TABLE run ADD COLUMN due_at INTEGER;
  UPDATE run SET due_at = 0 WHERE status = 'waiting' AND waiting_for <> '[]';
  CREATE INDEX run_by_due ON run (due_at) WHERE due_at IS NOT NULL;
  `,
  `
  CREATE TABLE text (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    list INTEGER NOT NULL,
    data TEXT NOT NULL,
    refs INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX text_unused ON text (id) WHERE refs = 0;
  ALTER TABLE journal ADD COLUMN shared INTEGER;
  ALTER TABLE snapshot ADD COLUMN shared INTEGER;
  CREATE TRIGGER entry_gone AFTER DELETE ON journal WHEN old.shared IS NOT NULL
    BEGIN UPDATE text SET refs = refs - 1 WHERE id = old.shared; END;
  CREATE TRIGGER snapshot_gone AFTER DELETE ON snapshot WHEN old.shared IS NOT NULL
    BEGIN UPDATE text SET refs = refs - 1 WHERE id = old.shared; END;
  CREATE TRIGGER snapshot_replaced AFTER UPDATE ON snapshot WHEN old.shared IS NOT NULL
    BEGIN UPDATE text SET refs = refs - 1 WHERE id = old.shared; END;
  `,
  `
  ALTER TABLE run ADD COLUMN latest INTEGER;
  UPDATE run SET latest = 1 WHERE session IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM run AS newer WHERE newer.session = run.session AND newer.flow = run.flow
      AND (newer.created_at, newer.key) > (run.created_at, run.key));
  CREATE INDEX run_latest ON run (flow, session, created_at) WHERE latest = 1;
  `,
  `
  CREATE INDEX run_by_owner ON run (substr(id, 1, 23), flow, status, created_at) WHERE substr(id, 23, 1) = '.';
  `,
];

/** The schema version that this release reads and writes. */
export const schemaVersion = migrations.length;
