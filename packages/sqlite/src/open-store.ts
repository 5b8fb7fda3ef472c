/** An open database and what works on it. */
import type { SqliteDatabase } from "./driver.js";
import { DueReads } from "./due-reads.js";
import { FilePlace } from "./file-place.js";
import { InboxWatch } from "./inbox-watch.js";
import { readWaiting } from "./lock-waits.js";
import { type OpenOptions, openDatabase } from "./open-database.js";
import { QuestionReads } from "./question-reads.js";
import { RunPruning } from "./run-pruning.js";
import { RunReads } from "./run-reads.js";
import { RunWrites } from "./run-writes.js";
import { SharedTexts } from "./shared-texts.js";
import { Snapshots } from "./snapshots.js";
import { toFlowError } from "./sqlite-error.js";
import { prepareStatements } from "./statements.js";
import { WriteQueue } from "./write-queue.js";

export interface Store {
  readonly db: SqliteDatabase;
  readonly place: FilePlace;
  readonly queue: WriteQueue;
  readonly writes: RunWrites;
  readonly reads: RunReads;
  readonly questions: QuestionReads;
  readonly due: DueReads;
  readonly watch: InboxWatch;
  /** Made when it is needed. */
  readonly pruning: () => RunPruning;
  /** Reads, and throws what fails as errors of the file. `runId`: the run that is read. */
  read<T>(read: () => T, runId?: string): T;
}

export interface StoreOptions extends OpenOptions {
  readonly claimMs: number;
  readonly keepEntries: number | undefined;
  /** Of the runs whose claims were given out here. */
  readonly keys: Map<string, number>;
}

/** @throws {FlowError} PERSISTENCE_… – as `openDatabase` */
export function openStore(file: string, options: StoreOptions): Store {
  const { claimMs, keepEntries, keys, busyTimeoutMs } = options;
  const db = openDatabase(file, options);
  const sql = prepareStatements(db);
  const texts = new SharedTexts(db);
  let pruning: RunPruning | undefined;
  return {
    db,
    place: new FilePlace(file),
    queue: new WriteQueue(db, sql, { failure: (error) => toFlowError(error, file), busyTimeoutMs }),
    writes: new RunWrites(sql, { claimMs, keys, snapshots: new Snapshots(db, sql, keepEntries), texts }),
    reads: new RunReads(db, sql, texts),
    questions: new QuestionReads(db),
    due: new DueReads(db),
    watch: new InboxWatch(sql, file !== ":memory:"),
    pruning: () => (pruning ??= new RunPruning(db, texts)),
    read: (read, runId) => {
      try {
        return readWaiting(db, busyTimeoutMs, read);
      } catch (error) {
        throw toFlowError(error, file, runId);
      }
    },
  };
}
