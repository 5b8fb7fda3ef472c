/**
 * Starts the runs of what is due, with one timer. Every due time has a run id of its own, so that of several processes that look
 * at the same schedule one starts the run, and one that died between starting it and moving the schedule on does no harm: the
 * next one finds the run, and moves on.
 */
import { FlowError, type Schedule, type ScheduleStore } from "millrace";
import type { Host } from "../host/index.js";
import { dueTimes } from "./cron.js";
import { nextMove, type ScheduleMove } from "./next-move.js";
import { putBack } from "./put-back.js";
import { startRun } from "./start-run.js";

export interface SchedulerOptions {
  readonly schedules: ScheduleStore;
  /** Schedules that other processes have put are seen after this at the latest. */
  readonly lookEveryMs: number;
}

/** After a failure of the store. */
const retryMs = 5_000;

const atOnce = 100;

export class Scheduler {
  readonly #host: Host;
  readonly #options: SchedulerOptions;
  readonly #flows: readonly string[];
  #stopTimer: (() => void) | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  /** When the due times were looked through. */
  #checkedAt = Number.NEGATIVE_INFINITY;
  #started = false;
  #stopped = false;

  constructor(host: Host, options: SchedulerOptions) {
    this.#host = host;
    this.#options = options;
    this.#flows = [...host.flows.keys()];
    host.stopSignal.addEventListener("abort", () => this.stop(), { once: true });
  }

  /** Begins to look at what is due; resolves when what is due already has been started. */
  async start(): Promise<void> {
    this.#started = true;
    await this.#look();
  }

  /** A schedule was put: it may be due before all others. */
  wake(): void {
    if (this.#started) void this.#look();
  }

  async #look(): Promise<void> {
    if (this.#looking) {
      this.#again = true;
      return this.#looking;
    }
    this.#looking = this.#lookUntilDone().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  stop(): void {
    this.#stopped = true;
    this.#stopTimer?.();
  }

  async #lookUntilDone(): Promise<void> {
    this.#stopTimer?.();
    let waitMs = retryMs;
    try {
      await this.#check();
      do {
        this.#again = false;
        const allDone = await this.#startDue();
        waitMs = allDone ? await this.#untilNext() : retryMs;
      } while (this.#again && !this.#stopped);
    } catch (error) {
      if (!this.#stopped) this.#host.logger?.error("schedules can't be read", { error });
    }
    if (this.#stopped) return;
    this.#stopTimer = this.#host.clock.setTimer(() => void this.#look(), waitMs, { purpose: "schedule", unref: true });
  }

  /** Now and then, and at once where the clock was put back. */
  async #check(): Promise<void> {
    const now = this.#host.clock.now();
    if (now >= this.#checkedAt && now < this.#checkedAt + this.#options.lookEveryMs) return;
    this.#checkedAt = now;
    await putBack(this.#host, this.#options.schedules);
  }

  /** False: something is due still, and is to be tried again. */
  async #startDue(): Promise<boolean> {
    const { schedules } = this.#options;
    const { clock } = this.#host;
    const seen = new Set<string>();
    let allDone = true;
    for (;;) {
      const due = await schedules.due({ until: clock.now(), flows: this.#flows, limit: atOnce });
      const fresh = due.filter(({ id }) => !seen.has(id));
      for (const schedule of fresh) {
        if (this.#stopped) return allDone;
        seen.add(schedule.id);
        allDone = (await this.#tryToCatchUp(schedule)) && allDone;
      }
      if (due.length < atOnce || fresh.length === 0) return allDone;
    }
  }

  /** What is wrong with one holds up no other. */
  async #tryToCatchUp(schedule: Schedule): Promise<boolean> {
    try {
      await this.#catchUp(schedule);
      return true;
    } catch (error) {
      if (!this.#stopped) this.#host.logger?.error(`schedule "${schedule.id}" can't be run`, { error });
      return false;
    }
  }

  /** Until nothing of it is due any more. */
  async #catchUp(found: Schedule): Promise<void> {
    const { schedules } = this.#options;
    const { clock } = this.#host;
    const now = clock.now();
    const times = dueTimes(found.cron, found.timeZone);
    let schedule: Schedule | undefined = found;
    while (schedule?.enabled && !this.#stopped) {
      // changed meanwhile: looked at anew
      if (schedule.cron !== found.cron || schedule.timeZone !== found.timeZone) return this.#catchUp(schedule);
      const move = nextMove(schedule, times, now);
      if (!move) return;
      const moved = await schedules.put(await this.#moved(schedule, move));
      // somebody else was quicker, or has changed it
      schedule = moved ?? (await schedules.get(found.id));
    }
  }

  /** Does what a move says; answers the schedule as it is afterwards. */
  async #moved({ nextDue: _, ...schedule }: Schedule, { due, starts, missed, next }: ScheduleMove): Promise<Schedule> {
    const before: Schedule = {
      ...schedule,
      ...(next !== undefined && { nextDue: next }),
      ...(missed !== undefined && { lastSkip: { due: missed, reason: "missed" } }),
    };
    if (!starts) return { ...before, lastSkip: { due, reason: "missed" } };
    if (schedule.overlap === "skip" && (await this.#isUnderWay(schedule.lastRun?.id))) {
      return { ...before, lastSkip: { due, reason: "overlap" } };
    }
    const id = `${schedule.id}@${new Date(due).toISOString()}`;
    try {
      await startRun(this.#host, this.#host.flows.get(schedule.flow)!, { id, inputs: schedule.inputs });
    } catch (error) {
      if (!FlowError.is(error) || isPassing(error)) throw error;
      const { code, message } = error;
      this.#host.logger?.error(`schedule "${schedule.id}" can't start "${schedule.flow}"`, { error });
      return { ...before, lastSkip: { due, reason: "refused", error: { code, message } } };
    }
    return { ...before, lastRun: { id, due } };
  }

  async #isUnderWay(id: string | undefined): Promise<boolean> {
    const run = id === undefined ? undefined : await this.#host.persistence.get(id);
    return run?.status === "running" || run?.status === "waiting";
  }

  async #untilNext(): Promise<number> {
    const { schedules, lookEveryMs } = this.#options;
    const { clock } = this.#host;
    const [next] = await schedules.due({ until: Number.MAX_SAFE_INTEGER, flows: this.#flows, limit: 1 });
    return Math.min(lookEveryMs, Math.max(0, (next?.nextDue ?? Number.POSITIVE_INFINITY) - clock.now()));
  }
}

/** What is over by itself: the due time is not given up for it. */
function isPassing({ code }: FlowError): boolean {
  return code.startsWith("PERSISTENCE_") || code === "SERVER_DRAINING";
}
