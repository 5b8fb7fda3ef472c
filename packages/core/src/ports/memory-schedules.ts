import { persistenceClosed } from "./persistence-errors.js";
import type { DueQuery, Schedule, SchedulePage, ScheduleQuery, ScheduleStore } from "./schedule.js";
import { readScheduleQuery, schedulePage } from "./schedule-query.js";

/** Schedules in this process's memory. */
export class MemorySchedules implements ScheduleStore {
  readonly #byId = new Map<string, Schedule>();
  #revision = 0;
  #closed = false;

  put(schedule: Schedule): Schedule | undefined {
    if (this.get(schedule.id)?.revision !== schedule.revision) return undefined;
    const stored = Object.freeze({ ...schedule, revision: `${++this.#revision}` });
    this.#byId.set(schedule.id, stored);
    return stored;
  }

  get(id: string): Schedule | undefined {
    return this.#all().get(id);
  }

  remove(id: string): boolean {
    return this.#all().delete(id);
  }

  list(query: ScheduleQuery): SchedulePage {
    const { flow, limit, after } = readScheduleQuery(query);
    const found = [...this.#all().values()]
      .filter(({ id, ...of }) => (flow === undefined || of.flow === flow) && (after === undefined || id > after))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return schedulePage(found.slice(0, limit), found.length > limit);
  }

  due({ until, flows, limit }: DueQuery): readonly Schedule[] {
    return [...this.#all().values()]
      .filter(({ flow, nextDue }) => nextDue !== undefined && nextDue <= until && flows.includes(flow))
      .sort((a, b) => a.nextDue! - b.nextDue! || (a.id < b.id ? -1 : 1))
      .slice(0, limit);
  }

  close(): void {
    this.#closed = true;
    this.#byId.clear();
  }

  #all(): Map<string, Schedule> {
    if (this.#closed) throw persistenceClosed();
    return this.#byId;
  }
}
