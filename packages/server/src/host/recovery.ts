/**
 * Takes up the stored runs that nobody drives and that could go on: what the store says is due, as many at a time as the host may drive;
 * the others wait in the store. One pass at a time. A run that can't be taken up (its code has changed, what is stored of it is damaged)
 * is told once, kept in `refused`, and tried again later and later.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { FlowError } from "millrace";
import type { Host, RefusedRun } from "./types.js";

type Driver = Pick<Host, "flows" | "persistence" | "clock" | "logger" | "driving" | "draining" | "driven" | "drive">;

/** Runs that are asked for at a time. */
const pageRuns = 100;
/** A run that was refused so often is left alone for so long, in ms. */
const patienceMs = (tries: number) => Math.min(300_000, 2_000 * 2 ** (tries - 1));
/** Of one flow and for one reason, so many are told one by one. */
const toldSingly = 10;
/** Flows that are not served here are looked for in each pass of so many. */
const strangersEvery = 30;

export class Recovery {
  /** By id. */
  readonly refused = new Map<string, RefusedRun>();
  readonly #host: Driver;
  readonly #most: number;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #strangers = new Set<string>();
  #pass: Promise<void> | undefined;
  #passes = 0;
  /** The last pass left runs in the store, for want of room. */
  #hasMore = false;

  /** @param most Runs that the host drives at the same time. */
  constructor(host: Driver, most: number) {
    this.#host = host;
    this.#most = most;
  }

  /** Starts driving what is due, as far as there is room; resolves when that is begun. Never two at a time: who asks meanwhile gets the same one. */
  pass(): Promise<void> {
    this.#pass ??= this.#go().finally(() => {
      this.#pass = undefined;
    });
    return this.#pass;
  }

  /** Until all that is due has come to rest. */
  async all(): Promise<void> {
    do {
      await this.pass();
      await Promise.all(this.#underWay.values());
    } while ((this.#hasMore || this.#underWay.size > 0) && !this.#host.draining);
  }

  /** The host drives one run less. */
  roomMade(): void {
    if (this.#hasMore && !this.#host.draining) setImmediate(() => void this.pass());
  }

  async #go(): Promise<void> {
    try {
      if (this.#passes++ % strangersEvery === 0) await this.#tellStrangers();
      await this.#takeUp();
    } catch (error) {
      if (!this.#host.draining)
        this.#host.logger?.error("the store can't say which runs are to be taken up", { error });
    }
  }

  async #takeUp(): Promise<void> {
    const { flows, persistence, clock } = this.#host;
    const query = { flows: [...flows.keys()], until: clock.now(), limit: pageRuns };
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      if (this.#host.draining) return;
      const page = await persistence.due({ ...query, ...(cursor !== undefined && { cursor }) });
      for (const { id, flow } of page.runs) {
        seen.add(id);
        if (this.#underWay.has(id) || (this.refused.get(id)?.nextTry ?? 0) > query.until) continue;
        this.#hasMore = this.#host.driven >= this.#most;
        if (this.#hasMore) return;
        this.#underWay.set(id, this.#drive(id, flow));
      }
      cursor = page.next;
      if (cursor !== undefined) await nextTurn();
    } while (cursor !== undefined);
    this.#hasMore = false;
    // somebody has taken them up, migrated or removed them
    for (const id of this.refused.keys()) if (!seen.has(id)) this.refused.delete(id);
  }

  async #drive(id: string, name: string): Promise<void> {
    const { flow } = this.#host.flows.get(name)!;
    try {
      const [run] = await this.#host.drive(() => flow.runs.recover({ ...this.#host.driving, runs: [id] }));
      if (run?.status === "refused") this.#refuse(id, name, run.error);
      else this.refused.delete(id);
    } catch (error) {
      if (this.#host.draining) return;
      this.#refuse(id, name, FlowError.is(error) ? error : new FlowError("INTERNAL", String(error), { cause: error }));
    } finally {
      this.#underWay.delete(id);
      this.roomMade();
    }
  }

  #refuse(id: string, flow: string, error: FlowError): void {
    const now = this.#host.clock.now();
    const before = this.refused.get(id);
    const tries = (before?.tries ?? 0) + 1;
    this.refused.set(id, { flow, error, since: before?.since ?? now, tries, nextTry: now + patienceMs(tries) });
    if (before?.error.code === error.code) return;
    const { code, hint } = error;
    const alike = this.#alike(flow, code);
    if (alike <= toldSingly)
      this.#host.logger?.error(`a run of "${flow}" can't be taken up, and stands where it stood`, {
        runId: id,
        code,
        ...(hint && { hint }),
        error,
      });
    else if (alike === toldSingly + 1)
      this.#host.logger?.error(
        `more runs of "${flow}" can't be taken up: the metric millrace_runs_refused counts them`,
        { code },
      );
  }

  /** How many of a flow are refused for a reason; no more are counted than it matters. */
  #alike(flow: string, code: string): number {
    let count = 0;
    for (const other of this.refused.values())
      if (other.flow === flow && other.error.code === code && ++count > toldSingly + 1) break;
    return count;
  }

  /** A run of a flow that is not served here is left to others, but not in silence. */
  async #tellStrangers(): Promise<void> {
    const { runs } = await this.#host.persistence.due({ until: this.#host.clock.now(), limit: 1000 });
    for (const { flow } of runs) {
      if (this.#host.flows.has(flow) || this.#strangers.has(flow)) continue;
      this.#strangers.add(flow);
      this.#host.logger?.warn(`runs of "${flow}" could go on, but no flow of that name is served here`, { flow });
    }
  }
}
