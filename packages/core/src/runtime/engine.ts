/**
 * Drives runs of one flow instance in this process: makes or loads the machine, claims the run, runs the loop, and turns how
 * it came to rest into a result or an error.
 */
import type { FlowLogger } from "../definition/index.js";
import { FlowError } from "../errors/index.js";
import {
  type Batch,
  type Claim,
  type FlowClock,
  type FlowPersistence,
  type ParentCall,
  type RunRecord,
  runNotFound,
  thisOwner,
} from "../ports/index.js";
import { newsOfChildren } from "./child-news.js";
import type { Hearing } from "./child-runs.js";
import type { CompiledFlow } from "./compiled-flow.js";
import { type DriveLimits, type Driven, driveLimits, driveRun, driveToRest } from "./drive.js";
import { type ChildrenEnd, endChildren } from "./end-children.js";
import type { FlowEvents } from "./event-bus.js";
import type { EventSink } from "./event-sink.js";
import type { Annotate, DriveOptions, KickoffOptions } from "./flow-options.js";
import { continueValues, kickoffValues, type StartPlace } from "./kickoff-inputs.js";
import { LocalPort, type LocalPortOptions } from "./local-port.js";
import { RunAnnotator } from "./run-annotator.js";
import { RunLoop } from "./run-loop.js";
import { RunMachine } from "./run-machine.js";
import { RunReporter } from "./run-reporter.js";
import { surroundedBy } from "./step-surroundings.js";
import { refuseStopped } from "./stopped-run.js";
import { type CurrentRun, StoredRuns } from "./stored-runs.js";
import { tellParent } from "./tell-parent.js";

export interface EngineOptions {
  readonly instance: object;
  readonly flow: CompiledFlow;
  readonly persistence: FlowPersistence;
  readonly logger: FlowLogger;
  readonly events: FlowEvents;
  readonly clock: FlowClock;
  readonly maxCalls: number;
  readonly abortGraceMs: number;
  readonly strict: boolean;
  readonly annotate?: Annotate;
}

export interface StartOptions extends Omit<KickoffOptions, "continues"> {
  readonly id: string;
  readonly initialState?: object | undefined;
  readonly place?: StartPlace;
  /** Of a run that a step starts: the calls that it is inside of. */
  readonly path?: readonly ParentCall[];
  readonly heardBy?: Hearing;
}

export interface ResumeOptions extends DriveOptions {
  /** False: a run that has failed or was cancelled is only read. */
  readonly again?: boolean;
  /** A cancel was stored for it. */
  readonly cancelling?: boolean;
  readonly heardBy?: Hearing | undefined;
}

/** A run under way in this process. */
export interface StartedRun {
  readonly id: string;
  readonly done: Promise<RunMachine>;
  stop(reason: string): void;
}

export class Engine {
  readonly #options: EngineOptions;
  readonly stored: StoredRuns;
  /** By flow: what drives the runs that have started runs of this flow here. */
  readonly parents = new Map<string, Engine>();

  constructor(options: EngineOptions) {
    this.#options = options;
    this.stored = new StoredRuns(options.flow, options.persistence, options.clock);
  }

  get flow(): CompiledFlow {
    return this.#options.flow;
  }

  get events(): FlowEvents {
    return this.#options.events;
  }

  get clock(): FlowClock {
    return this.#options.clock;
  }

  get persistence(): FlowPersistence {
    return this.#options.persistence;
  }

  /** @throws {FlowError} RUN_INPUTS_INVALID, RUN_EXISTS, SESSION_BUSY, or how the run failed */
  start(inputs: unknown, options: StartOptions, sink?: EventSink): StartedRun {
    const limits = driveLimits(options);
    refuseStopped(options);
    const driven = this.toStart(inputs, options, sink);
    return {
      id: options.id,
      done: driveToRest(driven, limits),
      stop: (reason) => driven.port!.stop(reason, false),
    };
  }

  /** A new run, about to be driven. */
  toStart(inputs: unknown, options: StartOptions, sink?: EventSink): Driven {
    const { flow } = this.#options;
    const { id, place, initialState, path } = options;
    if (typeof id !== "string" || id === "") {
      throw new FlowError("RUN_INPUTS_INVALID", "The id of a run is a text that is not empty.", {
        hint: "Leave it out for a new one.",
      });
    }
    const left = place?.left;
    const values = left
      ? continueValues(flow, inputs, { left, initialState })
      : kickoffValues(flow, inputs, initialState);
    const create = {
      id,
      flow: flow.plan.flow,
      version: flow.plan.version,
      planHash: flow.plan.hash,
      plan: flow.plan,
      createdAt: this.clock.now(),
      owner: thisOwner(),
      ...(path && { parent: path.at(-1)!.run }),
      ...place?.run,
    };
    const { machine, port, loop } = this.#assemble(new RunMachine(flow, id), {
      create,
      sink,
      ...options,
      limits: driveLimits(options),
    });
    const { inputs: given, state } = values;
    const begin = { type: "started", at: this.clock.now(), inputs: given, state, ...(path && { path }) } as const;
    return { machine, port, go: () => loop.start(begin) };
  }

  /**
   * Takes a stored run up and drives it to rest; one that has completed is only read. The run that has started it is told, and
   * driven on if it can be here.
   * @throws {FlowError} RUN_NOT_FOUND, RUN_OWNED, RUN_FLOW_MISMATCH, PLAN_CHANGED, or how the run failed
   */
  async resume(id: string, options: ResumeOptions = {}): Promise<RunMachine> {
    const limits = driveLimits(options);
    refuseStopped(options, id);
    const driven = await this.toResume(id, options);
    if (!driven.port || !driven.machine.path) return driveToRest(driven, limits);
    try {
      return await driveToRest(driven, limits);
    } finally {
      // who stops it wants no other run driven in its place
      if (!driven.machine.stopped) await tellParent(this, driven.machine);
    }
  }

  /** A stored run, claimed and about to be driven; or one that is only read. */
  async toResume(id: string, options: ResumeOptions = {}): Promise<Driven> {
    const { persistence } = this.#options;
    const before = await this.own(id);
    const isOver = (status: RunRecord["status"]) =>
      status === "completed" || (options.again === false && endedBadly.has(status));
    if (isOver(before.status)) return { machine: await this.stored.read(id, await persistence.load(id)) };
    const claim = await persistence.claim(id, thisOwner());
    try {
      const stored = await persistence.load(id);
      const found = await this.stored.read(id, stored);
      // it may have ended between the look and the claim
      if (found.ended && isOver(found.ended.status)) {
        await this.giveBack(claim, { status: found.ended.status });
        return { machine: found };
      }
      const { machine, migration } = await this.#toDrive(found, stored?.record ?? before, options.cancelling);
      const news = await newsOfChildren(machine, this);
      if (migration) await persistence.append(claim, migration);
      const { port, loop, reporter } = this.#assemble(machine, { ...options, claim, limits: driveLimits(options) });
      reporter.takenUpFrom(before.status);
      for (const arrival of news) port.arrive(arrival);
      return { machine, port, go: () => loop.resume({ again: options.again !== false }) };
    } catch (error) {
      await this.giveBack(claim, before);
      throw error;
    }
  }

  /** Gives a run up that was claimed and not driven: it is again what it was. False: a message waits, and it did not rest. */
  async giveBack(
    claim: Claim,
    { status, waitingFor }: Pick<RunRecord, "status" | "waitingFor">,
    batch: Batch = { rows: [] },
  ): Promise<boolean> {
    const { persistence } = this.#options;
    const rest = status !== "running" && { status, ...(waitingFor && { waitingFor }) };
    if (rest && (await persistence.rest(claim, batch, rest))) return true;
    if (batch.rows.length > 0) await persistence.append(claim, batch);
    await persistence.release(claim);
    return false;
  }

  /** Drives a run that something has come for, if nobody else does; how it comes to rest stands in its record. */
  async driveQuietly(id: string): Promise<void> {
    try {
      await this.resume(id, { again: false });
    } catch (error) {
      if (!FlowError.is(error)) throw error;
    }
  }

  /** Before one of its runs ends. */
  readonly #endChildren = (ending: ChildrenEnd, heardBy: Hearing): Promise<void> => {
    const { persistence, clock, abortGraceMs } = this.#options;
    const end = async (id: string, flow: CompiledFlow) => {
      const foreign = new Engine({ ...this.#options, flow });
      await driveRun(await foreign.toResume(id, { again: false, cancelling: true, heardBy }), {});
    };
    return endChildren(ending, { persistence, clock, abortGraceMs, end });
  };

  /**
   * The record of a run of this flow.
   * @throws {FlowError} RUN_NOT_FOUND, RUN_FLOW_MISMATCH
   */
  async own(id: string): Promise<RunRecord> {
    const { plan } = this.#options.flow;
    const record = await this.#options.persistence.get(id);
    if (!record) throw runNotFound(id);
    if (record.flow === plan.flow) return record;
    throw new FlowError("RUN_FLOW_MISMATCH", `Run ${id} belongs to flow "${record.flow}", not to "${plan.flow}".`, {
      hint: `Resume it by the flow "${record.flow}", or set static flowName if the class was renamed.`,
      runId: id,
    });
  }

  /** A run that is to be cancelled may be of any code: none of its steps is started. */
  async #toDrive(machine: RunMachine, record: RunRecord, cancelling = false): Promise<CurrentRun> {
    try {
      return await this.stored.current(machine, record);
    } catch (error) {
      if (!cancelling) throw error;
      const inbox = await this.#options.persistence.inbox(machine.runId, machine.inboxRead);
      if (inbox.some(({ kind }) => kind === "cancel")) return { machine };
      throw error;
    }
  }

  #assemble(machine: RunMachine, { sink, heardBy, limits, claim, create }: Assembly) {
    const { events, instance, flow, logger, clock, strict, persistence, abortGraceMs, maxCalls, annotate } =
      this.#options;
    const own = sink ? [events, sink] : [events];
    const sinks = heardBy ? [...new Set([...own, ...heardBy.sinks])] : own;
    const reporter = new RunReporter(machine, sinks, clock);
    const around = heardBy ? surroundedBy(heardBy.events, events) : events;
    const { returnAfterMs } = limits;
    const context = { instance, flow, logger, clock, strict, events: around, sinks, machine, returnAfterMs };
    const how = {
      abortGraceMs,
      endChildren: this.#endChildren,
      ...limits,
      ...(claim && { claim }),
      ...(create && { create }),
      ...(annotate && { annotator: new RunAnnotator({ runId: machine.runId, annotate, clock, logger }) }),
    };
    const port = new LocalPort({
      persistence,
      machine,
      context: { ...context, persistence, runId: machine.runId },
      reporter,
      ...how,
    });
    return { machine, port, reporter, loop: new RunLoop(machine, port, { maxCalls, reporter }) };
  }
}

/** What a run is driven with, beside what its flow has. */
interface Assembly extends Pick<LocalPortOptions, "claim" | "create"> {
  readonly limits: DriveLimits;
  readonly sink?: EventSink | undefined;
  readonly heardBy?: Hearing | undefined;
}

const endedBadly: ReadonlySet<RunRecord["status"]> = new Set(["failed", "cancelled"]);
