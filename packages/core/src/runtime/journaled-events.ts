/**
 * A run's events out of its journal: entries are taken into a machine one by one, as when the run was driven, and each is told
 * as it was told then. So they are the same in every process and at any later time.
 */
import { FlowError } from "../errors/index.js";
import { type JournaledEvent, type JournalRow, type RunRecord, runNotFound } from "../ports/index.js";
import type { Engine } from "./engine.js";
import { entryEvents } from "./entry-events.js";
import { followJournal, type JournalFollower } from "./journal-news.js";
import type { MachineSnapshot } from "./machine-snapshot.js";
import { loadMoment, positionGone } from "./moments.js";
import { applyLast } from "./next-rest.js";
import { RunMachine } from "./run-machine.js";

/** Which event of a run: that of the entry at `position` which is number `part` of them, from 0. */
export interface EventPlace {
  readonly position: number;
  readonly part: number;
}

export interface RunEventsOptions {
  /**
   * What has been read already: all events up to a position, or up to one of the events of an entry. 0: none.
   * @default where the journal begins
   */
  readonly after?: number | EventPlace;
  /** Waits for more until the run has ended, whoever drives it. @default false */
  readonly follow?: boolean;
  /** Aborting it ends the iteration. */
  readonly abortSignal?: AbortSignal;
}

export interface RunEventItem extends EventPlace {
  readonly event: JournaledEvent;
}

/** More events of one entry than this have the same `seq` as those of the next one. */
const partsPerEntry = 2 ** 20;
const pageSize = 1000;

const isOver: ReadonlySet<RunRecord["status"]> = new Set(["completed", "failed", "cancelled"]);

/** @throws {FlowError} as `Runs.events` */
export async function* journaledEvents(
  engine: Engine,
  id: string,
  { after, follow = false, abortSignal }: RunEventsOptions,
): AsyncGenerator<RunEventItem, void, undefined> {
  const record = await engine.own(id);
  const from = placeOf(after);
  const reader = await JournalReader.open(engine, record, from);
  const follower = follow ? followJournal(engine, id) : undefined;
  const stop = () => follower?.close();
  abortSignal?.addEventListener("abort", stop);
  try {
    for (;;) {
      const rows = await engine.persistence.history(id, {
        after: reader.position,
        limit: pageSize,
        withoutState: true,
      });
      for (const row of rows) {
        for (const item of await reader.take(row)) {
          if (abortSignal?.aborted) return;
          if (from && item.position === from.position && item.part <= from.part) continue;
          yield item;
        }
      }
      if (abortSignal?.aborted) return;
      if (rows.length === pageSize) continue;
      if (!follower || (await isRead(engine, reader, follower))) return;
    }
  } finally {
    abortSignal?.removeEventListener("abort", stop);
    stop();
  }
}

/** True: the run has ended, and all of it is read. False: there may be more. */
async function isRead({ persistence }: Engine, { id, position }: JournalReader, follower: JournalFollower) {
  const record = await persistence.get(id);
  if (!record) throw runNotFound(id);
  if (record.position > position) return false;
  if (isOver.has(record.status)) return true;
  await follower.next();
  return false;
}

/** The machine that entries are taken into, and the events that they are. */
class JournalReader {
  readonly id: string;
  readonly #engine: Engine;
  readonly #record: RunRecord;
  #machine: RunMachine;
  /** What the machine has taken in. */
  position: number;

  private constructor(engine: Engine, record: RunRecord, machine: RunMachine) {
    this.id = record.id;
    this.#engine = engine;
    this.#record = record;
    this.#machine = machine;
    this.position = machine.seq;
  }

  /** Before the entry whose events are to be told first. */
  static async open(engine: Engine, record: RunRecord, from: EventPlace | undefined): Promise<JournalReader> {
    const { persistence, stored } = engine;
    const { id } = record;
    // of an entry whose events were told in part, the others are to be told
    const told = from && (from.part < Number.POSITIVE_INFINITY ? from.position - 1 : from.position);
    const begin = told ?? (await firstKept(engine, id));
    if (begin > 0) {
      const moment = await loadMoment(persistence, id, begin);
      return new JournalReader(engine, record, await stored.read(id, moment));
    }
    const [first] = await persistence.history(id, { limit: 1, withoutState: true });
    if (first && first.seq > 1) throw positionGone(record, first.seq);
    const planHash = (await firstPlan(engine, id)) ?? record.planHash;
    return new JournalReader(engine, record, new RunMachine(await stored.flowOf({ ...record, planHash }), id));
  }

  async take({ seq, entry }: JournalRow): Promise<RunEventItem[]> {
    if (seq !== this.position + 1) throw positionGone(this.#record, seq);
    this.position = seq;
    if ("data" in entry) {
      const planHash = entry.type === "migrated" ? entry.to.planHash : this.#machine.flow.plan.hash;
      const flow = await this.#engine.stored.flowOf({ ...this.#record, planHash });
      this.#machine = new RunMachine(flow, this.id, entry.data as MachineSnapshot);
      return this.#items(entryEvents(this.#machine, { entry, commands: [], call: undefined, attempt: undefined }));
    }
    const machine = this.#machine;
    // what entries do to the state is told as they say it: it is not kept up here
    const from = machine.ended?.status;
    const call = "call" in entry ? machine.scheduler.call(entry.call) : undefined;
    const advance = entry.type === "ended" ? applyLast(machine, entry) : machine.apply(entry, call);
    return this.#items(entryEvents(machine, from ? { ...advance, from } : advance));
  }

  #items(bodies: ReturnType<typeof entryEvents>): RunEventItem[] {
    const { position } = this;
    const { flow, path } = this.#machine;
    const about = { runId: this.id, flow: flow.plan.flow, ...(path && { path }), position };
    return bodies.map((body, part) => {
      const event = { ...body, ...about, seq: position * partsPerEntry + part } as JournaledEvent;
      return { position, part, event };
    });
  }
}

/** Undefined: from where the journal begins. */
function placeOf(after: RunEventsOptions["after"]): EventPlace | undefined {
  if (after === undefined) return undefined;
  const place = typeof after === "object" ? after : { position: after, part: Number.POSITIVE_INFINITY };
  const isWhole = (n: unknown) => n === Number.POSITIVE_INFINITY || Number.isSafeInteger(n);
  if (Number.isSafeInteger(place?.position) && place.position >= 0 && isWhole(place.part) && place.part >= 0)
    return place.position === 0 ? { position: 0, part: Number.POSITIVE_INFINITY } : place;
  throw new FlowError("PERSISTENCE_QUERY_INVALID", "What events are to be told after is no position of a journal.", {
    hint: "Give the position of an event that was read, or { position, part }; 0 for all.",
  });
}

/** The earliest position that the run can be opened at, so that what follows can be told. */
async function firstKept({ persistence }: Engine, id: string): Promise<number> {
  const [first] = await persistence.history(id, { limit: 1, withoutState: true });
  if (!first || first.seq === 1) return 0;
  const stored = await persistence.load(id);
  if (!stored) throw runNotFound(id);
  return stored.snapshot?.seq ?? stored.record.position;
}

/** The plan that the run went by at first; undefined: that of now. */
async function firstPlan({ persistence }: Engine, id: string): Promise<string | undefined> {
  for (let after = 0; ; ) {
    const rows = await persistence.history(id, { after, limit: pageSize, withoutState: true });
    const migrated = rows.find(({ entry }) => entry.type === "migrated")?.entry;
    if (migrated?.type === "migrated") return migrated.from.planHash;
    if (rows.length < pageSize) return undefined;
    after = rows.at(-1)!.seq;
  }
}
