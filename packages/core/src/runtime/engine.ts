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
  type InboxMessage,
  type RunRecord,
  runNotFound,
  thisOwner,
} from "../ports/index.js";
import { fittingAnswer, questionClosed } from "./answers.js";
import type { CompiledFlow } from "./compiled-flow.js";
import { type DriveLimits, type Driven, driveLimits, driveToRest } from "./drive.js";
import type { FlowEvents } from "./event-bus.js";
import type { AnswerOptions, DriveOptions, KickoffOptions, SignalOptions } from "./flow-options.js";
import { continueValues, kickoffValues, type SessionPlace } from "./kickoff-inputs.js";
import { LocalPort, type LocalPortOptions } from "./local-port.js";
import { RunLoop } from "./run-loop.js";
import { RunMachine } from "./run-machine.js";
import { type EventSink, RunReporter } from "./run-reporter.js";
import { signalPayload } from "./signal-payload.js";
import { type CurrentRun, StoredRuns } from "./stored-runs.js";

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
}

export interface StartOptions extends KickoffOptions {
  readonly id: string;
  readonly initialState?: object;
  readonly session?: SessionPlace;
}

interface ResumeOptions extends DriveOptions {
  /** False: a run that has failed or was cancelled is only read. */
  readonly again?: boolean;
  /** A cancel was stored for it. */
  readonly cancelling?: boolean;
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
    const { flow } = this.#options;
    const { id, session, initialState } = options;
    if (typeof id !== "string" || id === "") {
      throw new FlowError("RUN_INPUTS_INVALID", "The id of a run is a text that is not empty.", {
        hint: "Leave it out for a new one.",
      });
    }
    const limits = driveLimits(options);
    const left = session?.left;
    const values = left
      ? continueValues(flow, inputs, { left, initialState })
      : kickoffValues(flow, inputs, initialState);
    const { machine, port, loop } = this.#assemble(new RunMachine(flow, id), sink, {
      limits,
      create: {
        id,
        flow: flow.plan.flow,
        version: flow.plan.version,
        planHash: flow.plan.hash,
        plan: flow.plan,
        createdAt: this.clock.now(),
        owner: thisOwner(),
        ...session?.run,
      },
    });
    const begin = { type: "started", at: this.clock.now(), inputs: values.inputs, state: values.state } as const;
    const driven: Driven = { machine, port, go: () => loop.start(begin) };
    return { id, done: driveToRest(driven, limits), stop: (reason) => port.stop(reason, false) };
  }

  /**
   * Takes a stored run up and drives it to rest; one that has completed is only read.
   * @throws {FlowError} RUN_NOT_FOUND, RUN_OWNED, RUN_FLOW_MISMATCH, PLAN_CHANGED, or how the run failed
   */
  async resume(id: string, options: ResumeOptions = {}, sink?: EventSink): Promise<RunMachine> {
    const { persistence } = this.#options;
    const limits = driveLimits(options);
    const before = await this.own(id);
    const isOver = (status: RunRecord["status"]) =>
      status === "completed" || (options.again === false && endedBadly.has(status));
    if (isOver(before.status))
      return driveToRest({ machine: await this.stored.read(id, await persistence.load(id)) }, limits);
    const claim = await persistence.claim(id, thisOwner());
    let driven: Driven;
    try {
      const stored = await persistence.load(id);
      const found = await this.stored.read(id, stored);
      // it may have ended between the look and the claim
      if (found.ended && isOver(found.ended.status)) {
        await this.giveBack(claim, { status: found.ended.status });
        return driveToRest({ machine: found }, limits);
      }
      const { machine, migration } = await this.#toDrive(found, stored?.record ?? before, options.cancelling);
      if (migration) await persistence.append(claim, migration);
      const { port, loop, reporter } = this.#assemble(machine, sink, { limits, claim });
      reporter.takenUpFrom(before.status);
      driven = { machine, port, go: () => loop.resume() };
    } catch (error) {
      await this.giveBack(claim, before);
      throw error;
    }
    return driveToRest(driven, limits);
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
  async driveOn(id: string): Promise<void> {
    try {
      await this.resume(id, { again: false });
    } catch (error) {
      if (!FlowError.is(error)) throw error;
    }
  }

  /**
   * Stores a signal, then drives the run if nobody else does; undefined: somebody else does.
   * @throws {FlowError} SIGNAL_UNKNOWN, SIGNAL_INVALID, RUN_NOT_FOUND, RUN_ENDED, PLAN_CHANGED, or how the run failed
   */
  async signal(
    id: string,
    name: string,
    { payload, returnOnSleep, ...options }: SignalOptions & { payload: unknown },
  ): Promise<RunMachine | undefined> {
    const message = {
      kind: "signal",
      name,
      payload: signalPayload(this.#options.flow, name, payload),
      at: this.clock.now(),
      ...options,
    } as const;
    return this.#post(id, message, { returnOnSleep });
  }

  /**
   * Stores an answer, then drives the run if nobody else does; undefined: somebody else does.
   * @throws {FlowError} QUESTION_CLOSED, ANSWER_INVALID, or how the run failed
   */
  async answer(
    id: string,
    value: unknown,
    options: AnswerOptions,
  ): Promise<{ runId: string; machine: RunMachine | undefined }> {
    const { persistence, flow } = this.#options;
    const { questions } = await persistence.questions({ id, flow: flow.plan.flow });
    const [question] = questions;
    const at = this.clock.now();
    if (!question || (question.until ?? at) < at) throw questionClosed(id);
    const message = {
      kind: "answer",
      name: id,
      payload: await fittingAnswer(question, value),
      at,
      id: `answer ${id}`,
    } as const;
    const onRepeat = () => {
      throw questionClosed(id);
    };
    const machine = await this.#post(question.runId, message, { ...options, onRepeat });
    return { runId: question.runId, machine };
  }

  /** Asks for a run to be cancelled; resolves when it is, or, for a run driven elsewhere, when the wish is stored. */
  async cancel(id: string, reason: string): Promise<void> {
    try {
      await this.#post(id, { kind: "cancel", name: reason, payload: undefined, at: this.clock.now() });
    } catch (error) {
      if (!FlowError.is(error, "RUN_CANCELLED")) throw error;
    }
  }

  async #post(
    id: string,
    message: InboxMessage,
    { onRepeat, ...options }: AnswerOptions & { readonly onRepeat?: () => never } = {},
  ): Promise<RunMachine | undefined> {
    const { persistence } = this.#options;
    driveLimits(options);
    const record = await this.own(id);
    if (message.kind !== "cancel") await this.#checkFits(record);
    const { repeated } = await persistence.post(id, message);
    if (repeated) onRepeat?.();
    try {
      return await this.resume(id, { ...options, again: false, cancelling: message.kind === "cancel" });
    } catch (error) {
      if (FlowError.is(error, "RUN_OWNED") && error.runId === id) return undefined;
      throw error;
    }
  }

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

  /** Before something is stored for a run of other code that nobody drives: that it can go on here. */
  async #checkFits(record: RunRecord): Promise<void> {
    if (record.planHash === this.#options.flow.plan.hash || record.owned) return;
    if (record.status !== "waiting" && record.status !== "running") return;
    const machine = await this.stored.read(record.id, await this.#options.persistence.load(record.id));
    await this.stored.current(machine, record);
  }

  #assemble(
    machine: RunMachine,
    sink: EventSink | undefined,
    { limits, ...how }: Pick<LocalPortOptions, "claim" | "create"> & { readonly limits: DriveLimits },
  ) {
    const { events, instance, flow, logger, clock, strict, persistence, abortGraceMs, maxCalls } = this.#options;
    const reporter = new RunReporter(machine, sink ? [events, sink] : [events], clock);
    const context = { runId: machine.runId, instance, flow, logger, clock, strict, events };
    const port = new LocalPort({ persistence, machine, context, reporter, abortGraceMs, ...limits, ...how });
    return { machine, port, reporter, loop: new RunLoop(machine, port, { maxCalls, reporter }) };
  }
}

const endedBadly: ReadonlySet<RunRecord["status"]> = new Set(["failed", "cancelled"]);
