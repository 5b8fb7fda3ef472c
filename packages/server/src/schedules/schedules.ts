/** The schedules that a host knows and runs: what routes and the config work with. */
import { randomUUID } from "node:crypto";
import { FlowError, type Schedule, type SchedulePage, type ScheduleQuery, type ScheduleStore } from "millrace";
import type { Host } from "../host/index.js";
import { dueTimes } from "./cron.js";
import {
  checkSchedule,
  definitionOf,
  isSame,
  newScheduleSpec,
  parseSchedule,
  scheduleChange,
} from "./schedule-spec.js";
import { Scheduler } from "./scheduler.js";
import { startRun } from "./start-run.js";

export interface SchedulesOptions {
  /** Schedules that other processes have put are seen after this at the latest. @default 15_000 */
  readonly lookEveryMs?: number;
}

export class Schedules {
  readonly #host: Host;
  readonly #scheduler: Scheduler | undefined;

  constructor(host: Host, { lookEveryMs = 15_000 }: SchedulesOptions = {}) {
    this.#host = host;
    const { schedules } = host.persistence;
    if (schedules) this.#scheduler = new Scheduler(host, { schedules, lookEveryMs });
  }

  /** @throws {FlowError} SERVER_SCHEDULES_MISSING – the store of runs keeps none */
  get store(): ScheduleStore {
    const { schedules } = this.#host.persistence;
    if (schedules) return schedules;
    throw new FlowError("SERVER_SCHEDULES_MISSING", "The store of runs keeps no schedules.", {
      hint: "Use SqlitePersistence, or give the persistence `schedules`.",
    });
  }

  /** Begins to start what is due; resolves when what is due already has been started. */
  async start(): Promise<void> {
    await this.#scheduler?.start();
  }

  async list(query: ScheduleQuery): Promise<SchedulePage> {
    return this.store.list(query);
  }

  /** @throws {FlowError} SERVER_SCHEDULE_NOT_FOUND */
  async get(id: string): Promise<Schedule> {
    const found = await this.store.get(id);
    if (found) return found;
    throw this.notFound(id);
  }

  notFound(id: string): FlowError {
    return new FlowError("SERVER_SCHEDULE_NOT_FOUND", `There is no schedule "${id.slice(0, 200)}".`, {
      hint: "GET /schedules lists those that are.",
    });
  }

  /**
   * @param own What makes the stored id of a given one.
   * @throws {FlowError} SERVER_SCHEDULE_INVALID – it can't be
   * @throws {FlowError} SERVER_SCHEDULE_EXISTS – one with its id is there
   */
  async create(given: unknown, own: (id: string) => string): Promise<Schedule> {
    const { id = randomUUID(), enabled = true, ...spec } = parseSchedule(newScheduleSpec, given);
    const definition = definitionOf(spec);
    await checkSchedule(this.#host, definition);
    const createdAt = this.#host.clock.now();
    const stored = await this.store.put(
      this.#due({ id: own(id), ...definition, enabled, origin: "manual", createdAt }),
    );
    if (!stored) throw scheduleExists(id);
    this.#scheduler?.wake();
    return stored;
  }

  /**
   * Changes some of it. When it is due is found anew unless that stays as it is.
   * @throws {FlowError} SERVER_SCHEDULE_NOT_FOUND
   * @throws {FlowError} SERVER_SCHEDULE_INVALID – it can't be like this
   * @throws {FlowError} SERVER_SCHEDULE_CONFIGURED – it is the config's; of that only `enabled` can be changed
   */
  async change(id: string, given: unknown): Promise<Schedule> {
    const change = parseSchedule(scheduleChange, given);
    const others = Object.keys(change).filter((key) => key !== "enabled");
    for (;;) {
      const found = await this.get(id);
      if (others.length > 0) {
        if (found.origin === "config") throw configured(id);
        await checkSchedule(this.#host, { ...found, ...change });
      }
      const stored = await this.store.put(this.#changedTo(found, change));
      // it was moved on meanwhile
      if (!stored) continue;
      this.#scheduler?.wake();
      return stored;
    }
  }

  /**
   * @throws {FlowError} SERVER_SCHEDULE_NOT_FOUND
   * @throws {FlowError} SERVER_SCHEDULE_CONFIGURED – it is the config's, and its flow is served here
   */
  async remove(id: string): Promise<void> {
    const { origin, flow } = await this.get(id);
    if (origin === "config" && this.#host.flows.has(flow)) throw configured(id);
    await this.store.remove(id);
  }

  /** Whether a stored one is what this was given as. */
  isAs(found: Schedule, given: unknown): boolean {
    const { id: _, enabled: __, ...spec } = parseSchedule(newScheduleSpec, given);
    return isSame(found, definitionOf(spec));
  }

  /**
   * Starts a run now, beside those that are due. Answers its id; one that is there already is left as it is.
   * @throws {FlowError} SERVER_SCHEDULE_NOT_FOUND
   * @throws {FlowError} SERVER_FLOW_NOT_FOUND – its flow is not served here
   */
  async run(id: string, runId = `${id}@${randomUUID()}`): Promise<string> {
    const { flow, inputs } = await this.get(id);
    const hosted = this.#host.flows.get(flow);
    if (!hosted) {
      throw new FlowError("SERVER_FLOW_NOT_FOUND", `Flow "${flow}" is not served here.`, {
        hint: "Ask the server that serves it.",
      });
    }
    await startRun(this.#host, hosted, { id: runId, inputs });
    return runId;
  }

  now(): number {
    return this.#host.clock.now();
  }

  /** @internal of one that is put: when it is due from now on */
  due({ nextDue: _, ...schedule }: Schedule): Schedule {
    return this.#due(schedule);
  }

  #changedTo(found: Schedule, change: Partial<Schedule>): Schedule {
    const { nextDue, ...changed } = { ...found, ...change };
    const same =
      changed.enabled === found.enabled && changed.cron === found.cron && changed.timeZone === found.timeZone;
    return same ? { ...changed, ...(nextDue !== undefined && { nextDue }) } : this.#due(changed);
  }

  #due(schedule: Omit<Schedule, "nextDue">): Schedule {
    const { enabled, cron, timeZone } = schedule;
    const nextDue = enabled ? dueTimes(cron, timeZone).after(this.#host.clock.now()) : undefined;
    return { ...schedule, ...(nextDue !== undefined && { nextDue }) };
  }
}

export function scheduleExists(id: string): FlowError {
  return new FlowError("SERVER_SCHEDULE_EXISTS", `A schedule with the id "${id}" is there already.`, {
    hint: "Give another id, or change the one that has it.",
  });
}

function configured(id: string): FlowError {
  return new FlowError("SERVER_SCHEDULE_CONFIGURED", `Schedule "${id}" stands in the project's config.`, {
    hint: "Change it there, and start the server again; { enabled: false } halts it until then.",
  });
}
