/** `flow.runs.prune`: says to the store, step by step, which runs or journals may go, and lets others work in between. */
import { type Duration, durationMs } from "../definition/index.js";
import { FlowError } from "../errors/index.js";
import {
  type EndStatus,
  type MaybePromise,
  type PruneQuery,
  type RunRecord,
  readPruneQuery,
  type Snapshot,
} from "../ports/index.js";
import type { Engine } from "./engine.js";
import { pagesOf } from "./pages.js";

export interface PruneOptions {
  /** Only runs that ended longer ago than this. */
  readonly olderThan?: Duration;
  /** Only runs that ended so. @default all three */
  readonly status?: EndStatus | readonly EndStatus[];
  readonly session?: string;
  readonly parent?: string;
  /** So many of the newest runs that `status`, `session` and `parent` mean stay, however old they are. @default 0 */
  readonly keep?: number;
  /**
   * Drops journals only, of more than 8 entries (shorter ones take less room than what stands for them): `resume` still answers the result, outputs and state, and goes on with what failed or was cancelled.
   * @default false
   */
  readonly keepResults?: boolean;
  /** Counts, and removes nothing. @default false */
  readonly dryRun?: boolean;
}

export interface PruneResult {
  /** Runs that were removed; with `keepResults`: whose journals were dropped. */
  readonly runs: number;
  /** Journal entries that went with them. */
  readonly entries: number;
  /** With `keepResults`: runs whose journals stay, since they can't be read; `resume` tells why. */
  readonly skipped: number;
}

/** One pruning. */
interface Pruning {
  readonly engine: Engine;
  readonly query: PruneQuery;
  readonly step: Paced;
  readonly counted: { -readonly [K in keyof PruneResult]: PruneResult[K] };
}

/** So many runs are looked at in one step. */
const limit = 100;

export async function pruneRuns(engine: Engine, options: PruneOptions): Promise<PruneResult> {
  const query = await toQuery(engine, options);
  const counted = { runs: 0, entries: 0, skipped: 0 };
  const step = paced();
  if (query) await (options.keepResults ? dropJournals : dropRuns)({ engine, query, step, counted });
  // also what a pruning before it, that was cut off, has left to do
  if (!options.dryRun) while (await step(() => engine.persistence.tidy()));
  return counted;
}

async function dropRuns({ engine, query, step, counted }: Pruning): Promise<void> {
  const { persistence } = engine;
  for await (const done of pagesOf((at) => step(() => persistence.prune({ ...query, ...at })), query.cursor)) {
    counted.runs += done.runs;
    counted.entries += done.entries;
  }
}

async function dropJournals(pruning: Pruning): Promise<void> {
  const { endedBefore = Number.POSITIVE_INFINITY, dryRun: _, ...query } = pruning.query;
  const { step, engine } = pruning;
  for await (const { runs } of pagesOf((at) => step(() => engine.persistence.list({ ...query, ...at })), query.cursor))
    for (const record of runs) if (record.updatedAt < endedBefore) await dropJournal(pruning, record);
}

/** A journal of so few entries takes less room than a snapshot in its place. */
const shortJournal = 8;

/** All of a journal but the newest entry: what it comes to is a snapshot then. */
async function dropJournal({ engine, query, step, counted }: Pruning, { id, position }: RunRecord): Promise<void> {
  const { persistence } = engine;
  const [first] = await persistence.history(id, { limit: 1, withoutState: true });
  if (first === undefined || position - first.seq < shortJournal) return;
  if (query.dryRun) {
    counted.runs++;
    counted.entries += position - first.seq;
    return;
  }
  const snapshot = await step(() => snapshotOf(engine, id));
  if (snapshot === undefined) counted.skipped++;
  else counted.runs++;
  for (let more = snapshot !== undefined; more; ) {
    const done = await step(() => persistence.compact(id, snapshot!));
    counted.entries += done.entries;
    more = done.more;
  }
}

/** Undefined: the run can't be read, or is gone. */
async function snapshotOf({ stored: runs, persistence }: Engine, id: string): Promise<Snapshot | undefined> {
  try {
    const stored = await persistence.load(id);
    // the entry that says how the run ended stays anyway
    const ended = stored?.rows.at(-1)?.entry.type === "ended";
    const before = stored && { ...stored, rows: stored.rows.slice(0, ended ? -1 : undefined) };
    const machine = await runs.read(id, before);
    return { seq: machine.seq, data: machine.snapshot() };
  } catch (error) {
    if (FlowError.is(error) && unreadable.has(error.code)) return undefined;
    throw error;
  }
}

const unreadable: ReadonlySet<string> = new Set(["RUN_NOT_FOUND", "RUN_CORRUPT", "PLAN_CHANGED"]);

/** Undefined: there are no more runs than are to be kept. */
async function toQuery({ flow, persistence, clock }: Engine, options: PruneOptions): Promise<PruneQuery | undefined> {
  checkOptions(options);
  const { olderThan, keep = 0, keepResults: _, dryRun = false, status = ends, ...filters } = options;
  const query = { ...filters, status, flow: flow.plan.flow };
  readPruneQuery(query);
  const endedBefore = olderThan === undefined ? undefined : clock.now() - durationMs(olderThan, "olderThan");
  let cursor: string | undefined;
  for (let left = keep; left > 0; left -= limit) {
    const page = await persistence.list({ ...query, limit: Math.min(left, limit), ...(cursor && { cursor }) });
    if (page.next === undefined) return undefined;
    cursor = page.next;
  }
  // what ended before a time was created before it
  const times = endedBefore !== undefined && { endedBefore, to: endedBefore };
  return { ...query, limit, dryRun, ...times, ...(cursor !== undefined && { cursor }) };
}

const ends: readonly EndStatus[] = ["completed", "failed", "cancelled"];
const choosing = ["olderThan", "keep", "status", "session", "parent"] as const;

function checkOptions(options: PruneOptions): void {
  const { keep } = options;
  if (keep !== undefined && !(Number.isInteger(keep) && keep >= 0)) {
    throw new FlowError("PERSISTENCE_QUERY_INVALID", `\`keep\` of a pruning is ${keep}.`, {
      hint: "Give a whole number, 0 or more.",
    });
  }
  if (choosing.some((name) => options[name] !== undefined)) return;
  throw new FlowError("PERSISTENCE_QUERY_INVALID", "Nothing says which runs to prune.", {
    hint: "Give one of `olderThan`, `keep`, `status`, `session` and `parent`; { keep: 0 } means every run that has ended.",
  });
}

type Paced = <T>(work: () => MaybePromise<T>) => Promise<T>;

/** Work between pauses as long as itself, in which other processes get to the store and other runs to this one. */
function paced(): Paced {
  let busyMs = 0;
  return async (work) => {
    const began = performance.now();
    const answer = await work();
    busyMs += performance.now() - began;
    if (busyMs < 5) return answer;
    await new Promise((resolve) => setTimeout(resolve, busyMs));
    busyMs = 0;
    return answer;
  };
}
