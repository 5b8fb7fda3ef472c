/**
 * What goes away: runs, journals and room, in steps that hold the file for some milliseconds. A run is removed by its row: then
 * nothing finds it any more. What is left of a long one is noted in `removed`, and taken away piece by piece by `tidy`, of
 * whatever process: keys are never used again.
 */
import {
  type CompactStep,
  encodeData,
  entryTime,
  type PruneQuery,
  type PruneStep,
  type ReadPruneQuery,
  readPruneQuery,
  runCursor,
  runNotFound,
  type Snapshot,
} from "millrace";
import type { SqliteDatabase } from "./driver.js";
import { listSql } from "./list-sql.js";
import { type PruneStatements, preparePruneStatements } from "./prune-statements.js";
import type { RecordRow } from "./run-reads.js";
import { type SharedTexts, shortText } from "./shared-texts.js";
import type { Write } from "./write-queue.js";

/** A step looks at the clock after each piece of this many rows, and ends when its time is over. */
const pieceRows = 200;
const stepMs = 10;
/** Pages that are given back in one step: each takes the place of another one. */
const pagesAtOnce = 500;

export class RunPruning {
  readonly #db: SqliteDatabase;
  readonly #texts: SharedTexts;
  readonly #sql: PruneStatements;

  constructor(db: SqliteDatabase, texts: SharedTexts) {
    this.#db = db;
    this.#texts = texts;
    this.#sql = preparePruneStatements(db);
  }

  prune(query: PruneQuery): Write<PruneStep> {
    const read = readPruneQuery(query);
    const { limit, endedBefore, dryRun } = read;
    return {
      execute: () => {
        const found = this.#page(read);
        const time = stepTime();
        let looked = 0;
        let runs = 0;
        let entries = 0;
        do {
          const run = found[looked++];
          if (run === undefined) break;
          if (updatedAt(run) >= endedBefore || this.#isNeeded(run)) continue;
          runs++;
          entries += dryRun ? this.#kept(run) : this.#remove(run);
        } while (looked < limit && !time.isOver());
        const last = found[looked - 1];
        const next = last && looked < found.length && runCursor({ createdAt: last.created_at, order: last.key });
        return { runs, entries, ...(next && { next }) };
      },
    };
  }

  compact(runId: string, { seq, data }: Snapshot): Write<CompactStep> {
    const text = encodeData(data);
    return {
      execute: () => {
        const run = this.#sql.run.get(runId) as { key: number; kin: number } | undefined;
        if (run === undefined) throw runNotFound(runId);
        const { key } = run;
        const position = (this.#sql.position.get(key, key) as number | null) ?? 0;
        this.#keepSnapshot(run, seq, text);
        const upTo = Math.min(seq, position - 1);
        const time = stepTime();
        let entries = 0;
        do {
          const { changes } = this.#sql.dropEntries.run(key, key, upTo, pieceRows);
          entries += changes;
          if (changes < pieceRows) return { entries, more: false };
        } while (!time.isOver());
        return { entries, more: true };
      },
    };
  }

  tidy(): Write<boolean> {
    return { execute: () => this.#clearOne() || this.#sweep() || this.#giveBack() };
  }

  /** One as new stays. What it says stands in other runs too, where the run comes from one, or others go on from it. */
  #keepSnapshot({ key, kin }: { readonly key: number; readonly kin: number }, seq: number, text: string): void {
    const kept = this.#sql.snapshotSeq.get(key) as number | undefined;
    if (kept !== undefined && kept >= seq) return;
    if (kin === 0 || text.length <= shortText) this.#sql.keepSnapshot.run(key, seq, text, null);
    else this.#sql.keepSnapshot.run(key, seq, "", this.#texts.put(text));
  }

  /** One row more than the limit. */
  #page(query: ReadPruneQuery): readonly RecordRow[] {
    if (query.statuses.length === 0) return [];
    const { sql, values } = listSql(query);
    return this.#db.prepare(sql).all(...values) as RecordRow[];
  }

  /** Answers how many entries it had. */
  #remove(run: RecordRow): number {
    const { key } = run;
    const entries = this.#kept(run);
    const messages = this.#sql.lastMessage.get(key) as number;
    this.#sql.dropRun.run(key);
    this.#sql.dropSnapshot.run(key);
    this.#sql.dropQuestions.run(key);
    if (entries + messages > pieceRows) this.#sql.noteRemoved.run(key);
    else {
      this.#sql.dropEntries.run(key, key, maxSeq, pieceRows);
      if (messages > 0) this.#sql.dropMessages.run(key, pieceRows);
    }
    return entries;
  }

  #kept({ key, position }: RecordRow): number {
    return position === null ? 0 : position - (this.#sql.firstPosition.get(key, key) as number) + 1;
  }

  /** A session goes on from it, or the run that has started it may still come to ask what it brought. */
  #isNeeded(run: RecordRow): boolean {
    return this.#isSessionHead(run) || (run.parent !== null && this.#sql.isLive.get(run.parent) !== undefined);
  }

  #isSessionHead({ session, flow, created_at, key }: RecordRow): boolean {
    return session !== null && this.#sql.newerOfSession.get(session, flow, created_at, key) === undefined;
  }

  /** Takes away of one removed run what time allows; false: nothing is left of any. */
  #clearOne(): boolean {
    const key = this.#sql.removed.get() as number | undefined;
    if (key === undefined) return false;
    const time = stepTime();
    do {
      if (this.#sql.dropEntries.run(key, key, maxSeq, pieceRows).changes > 0) continue;
      if (this.#sql.dropMessages.run(key, pieceRows).changes > 0) continue;
      this.#sql.forgetRemoved.run(key);
      return true;
    } while (!time.isOver());
    return true;
  }

  /** False: every text is referred to. */
  #sweep(): boolean {
    const time = stepTime();
    let swept = 0;
    do {
      const now = this.#texts.sweep(pieceRows);
      swept += now;
      if (now === 0) return swept > 0;
    } while (!time.isOver());
    return true;
  }

  /** Makes the file shorter by free pages; false when none is left, or the file was made without that ability. */
  #giveBack(): boolean {
    const free = this.#freePages();
    if (free === 0) return false;
    this.#db.pragma(`incremental_vacuum(${pagesAtOnce})`);
    const left = this.#freePages();
    return left > 0 && left < free;
  }

  #freePages(): number {
    return this.#db.pragma("freelist_count", { simple: true }) as number;
  }
}

/** The highest seq that there is room for in an id. */
const maxSeq = 0xffff_ffff;

function stepTime(): { isOver(): boolean } {
  const end = performance.now() + stepMs;
  return { isOver: () => performance.now() >= end };
}

function updatedAt({ id, head, position, created_at }: RecordRow): number {
  return head === null ? created_at : entryTime(head, { runId: id, seq: position ?? 0 });
}
