/**
 * Stored runs as they stood at an earlier position of their journal. A moment is a StoredRun that ends there, so that whatever
 * opens a run opens a moment.
 */
import { FlowError, nearest } from "../errors/index.js";
import type { FlowPersistence, JournalEntry, JournalRow, RunRecord, StoredRun } from "../ports/index.js";
import { runNotFound } from "../ports/index.js";

/** A position of a run's journal: its number, or the moment at which a call of a step had completed. */
export type JournalPosition =
  | number
  | {
      readonly step: string;
      /** Position among the step's calls, from 1. @default the one that completed last */
      readonly number?: number;
    };

/** So many entries are read at a time. */
const pageSize = 1000;

/**
 * The run as it stood after the entry at a position; `planHash` of the record is that of the plan that it went by then.
 * @throws {FlowError} RUN_NOT_FOUND
 * @throws {FlowError} RUN_POSITION_UNKNOWN – the run has no such position
 * @throws {FlowError} RUN_POSITION_GONE – the entries that lead there are not kept
 */
export async function loadMoment(
  persistence: FlowPersistence,
  id: string,
  at?: JournalPosition,
): Promise<StoredRun & { readonly position: number }> {
  const stored = await persistence.load(id);
  if (!stored) throw runNotFound(id);
  const { record, snapshot } = stored;
  const position = typeof at === "object" ? await completionOf(persistence, stored, at) : (at ?? record.position);
  if (!Number.isInteger(position) || position < 1 || position > record.position)
    throw unknownPosition(stored, position);
  const covered = snapshot !== undefined && snapshot.seq <= position;
  const all = covered ? stored.rows : await rowsFrom(persistence, id);
  const rows = all.slice(0, all.findLastIndex(({ seq }) => seq <= position) + 1);
  const next = all.slice(rows.length).find(({ entry }) => entry.type === "migrated")?.entry;
  const moment = { position, record: next?.type === "migrated" ? { ...record, planHash: next.from.planHash } : record };
  if (covered) return { ...moment, snapshot, rows };
  const base = rows.findLastIndex(({ entry }) => isWhole(entry));
  if (base < 0) throw goneAt(stored, position, all);
  return { ...moment, rows: rows.slice(base) };
}

/** Whether a run can be opened at this entry, without those before it. */
const isWhole = (entry: JournalEntry): boolean => entry.type === "started" || "data" in entry;

/** The journal as far back as it is kept. */
async function rowsFrom(persistence: FlowPersistence, id: string): Promise<readonly JournalRow[]> {
  const rows: JournalRow[] = [];
  for await (const page of pages(persistence, id)) rows.push(...page);
  return rows;
}

async function* pages(persistence: FlowPersistence, id: string): AsyncGenerator<readonly JournalRow[]> {
  for (let after = 0; ; ) {
    const page = await persistence.history(id, { after, limit: pageSize });
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
    after = page.at(-1)!.seq;
  }
}

async function completionOf(
  persistence: FlowPersistence,
  stored: StoredRun,
  { step, number }: Exclude<JournalPosition, number>,
): Promise<number> {
  const steps = new Set<string>();
  let first: number | undefined;
  let found: number | undefined;
  for await (const page of pages(persistence, stored.record.id)) {
    first ??= page[0]!.seq;
    for (const { seq, entry } of page) {
      if (entry.type !== "completed") continue;
      steps.add(entry.step);
      if (entry.step === step && (number === undefined || entry.number === number)) found = seq;
    }
  }
  if (found !== undefined) return found;
  const call = number === undefined ? `call of step "${step}"` : `call ${number} of step "${step}"`;
  const what = `No ${call} has completed in run "${stored.record.id}"`;
  if (first !== 1) throw gone(stored, `${what} since entry ${first}, where its journal begins.`, first ?? 1);
  throw unknown(stored, `${what}.`, nearest(step, steps));
}

function unknownPosition(stored: StoredRun, position: number): FlowError {
  const { id, position: newest } = stored.record;
  return unknown(stored, `Run "${id}" has no position ${position}: it stands at ${newest}.`);
}

function unknown({ record }: StoredRun, message: string, near?: string): FlowError {
  return new FlowError("RUN_POSITION_UNKNOWN", message, {
    hint: near
      ? `Did you mean "${near}"?`
      : `Look at flow.runs.history("${record.id}"): positions count its entries, from 1.`,
    runId: record.id,
    details: { newest: record.position },
  });
}

function goneAt(stored: StoredRun, position: number, kept: readonly JournalRow[]): FlowError {
  const { id, position: newest } = stored.record;
  const oldest = kept.find(({ entry }) => isWhole(entry))?.seq ?? newest;
  const message = `Position ${position} of run "${id}" is gone: its journal is kept from entry ${kept[0]?.seq ?? newest} on.`;
  return gone(stored, message, Math.min(oldest, stored.snapshot?.seq ?? newest));
}

/** The journal is kept from a position on, and what led there is asked for. */
export function positionGone(record: RunRecord, oldest: number): FlowError {
  return gone({ record }, `The journal of run "${record.id}" is kept from entry ${oldest} on.`, oldest);
}

function gone({ record }: Pick<StoredRun, "record">, message: string, oldest: number): FlowError {
  return new FlowError("RUN_POSITION_GONE", message, {
    hint: `Give a position from ${oldest} on, or let the store keep more of the journal.`,
    runId: record.id,
    details: { oldest },
  });
}
