import type { DeepReadonly, InputsOf, ShapeOf } from "../definition/index.js";
import type { RunOverlay } from "../picture/index.js";
import type { FlowPlan } from "../plan/index.js";
import type {
  HistoryQuery,
  JournalRow,
  QuestionPage,
  QuestionQuery,
  RunPage,
  RunQuery,
  RunRecord,
  Usage,
} from "../ports/index.js";
import { type AnnotationsOptions, annotationsOf, type RunAnnotation } from "./annotations.js";
import { runResult } from "./build-result.js";
import type { Engine } from "./engine.js";
import { runInputs } from "./first-inputs.js";
import type { AnswerOptions } from "./flow-options.js";
import { type ForkOptions, forkRun } from "./fork.js";
import { journaledEvents, type RunEventItem, type RunEventsOptions } from "./journaled-events.js";
import { type MigratedRun, type MigrateOptions, type MigrateQuery, migrateRun, migrateRuns } from "./migrate-runs.js";
import { type JournalPosition, loadMoment } from "./moments.js";
import { type PruneOptions, type PruneResult, pruneRuns } from "./prune-runs.js";
import { nextDue, type RecoverOptions, recoverRuns } from "./recover-runs.js";
import { type CancelOptions, sendAnswer, sendAnswers, sendCancel } from "./run-messages.js";
import type { FlowLike, RecoveredRun, SignalResult } from "./run-result.js";
import { sessionLine } from "./session.js";
import { runOverlay } from "./stored-overlay.js";
import { storedState } from "./stored-state.js";
import { asOfNow } from "./waits-as-of-now.js";

/** The operator's verbs on the stored runs of a flow: `flow.runs`. */
export class Runs<F extends FlowLike> {
  readonly #engine: Engine;

  /** @internal made by the flow */
  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * One line about a run, or undefined when it is not stored here or belongs to another flow. What runs that it has started wait
   * for is told as of now.
   */
  async get(id: string): Promise<RunRecord | undefined> {
    const { persistence } = this.#engine;
    const record = await persistence.get(id);
    return record?.flow === this.#flow ? asOfNow(record, persistence) : undefined;
  }

  /** A page of this flow's runs, newest first; each as `get` tells it. */
  async list(query: Omit<RunQuery, "flow"> = {}): Promise<RunPage> {
    const { persistence } = this.#engine;
    const page = await persistence.list({ ...query, flow: this.#flow });
    return { ...page, runs: await Promise.all(page.runs.map((run) => asOfNow(run, persistence))) };
  }

  /**
   * The runs that a session stands on, the newest first: each began with the state that the one after it in this line had left. Runs
   * that `continue` with `from` has left behind are not among them; `list({ session })` has them too.
   *
   * @example
   * for await (const { id } of flow.runs.line("customer-7")) console.log(id, await flow.runs.inputs(id));
   */
  line(session: string): AsyncIterableIterator<RunRecord> {
    return sessionLine(this.#engine, session);
  }

  /**
   * What a run was started with, as the schema of the inputs has made it. Of a fork, what the run was started with that it comes from.
   * @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here
   * @throws {FlowError} RUN_FLOW_MISMATCH – it is another flow's
   * @throws {FlowError} RUN_POSITION_GONE – the journal no longer tells
   */
  async inputs(id: string): Promise<DeepReadonly<InputsOf<ShapeOf<F>>>> {
    return runInputs(this.#engine.persistence, await this.#engine.own(id)) as never;
  }

  /**
   * The run's journal, in order.
   * @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here
   * @throws {FlowError} RUN_FLOW_MISMATCH – it is another flow's
   */
  async history(id: string, query?: HistoryQuery): Promise<readonly JournalRow[]> {
    await this.#engine.own(id);
    return this.#engine.persistence.history(id, query);
  }

  /**
   * The run's events out of its journal, in order, each with the position of its entry: the same in every process and at any later
   * time, whoever has driven the run. With `follow` it goes on until the run has ended. Chunks are not kept, nor is what
   * only the driving process knows: docs/events.md.
   * @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here, or not any more
   * @throws {FlowError} RUN_FLOW_MISMATCH – it is another flow's
   * @throws {FlowError} RUN_POSITION_UNKNOWN – the run has no such position
   * @throws {FlowError} RUN_POSITION_GONE – the journal no longer reaches back to it; `details.oldest`
   * @throws {FlowError} PLAN_CHANGED – it goes by a plan that is not kept
   * @throws {FlowError} PERSISTENCE_QUERY_INVALID – `after` is no position
   *
   * @example
   * for await (const { position, event } of flow.runs.events(id, { after: 3, follow: true })) console.log(position, event.type);
   */
  events(id: string, options: RunEventsOptions = {}): AsyncIterableIterator<RunEventItem> {
    return journaledEvents(this.#engine, id, options);
  }

  /**
   * What `annotate` of the flow's options has kept beside the run, in order, each with the position of its entry. With `follow` it
   * goes on until the run has come to rest.
   * @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here
   * @throws {FlowError} RUN_FLOW_MISMATCH – it is another flow's
   *
   * @example
   * for await (const { value } of flow.runs.annotations(id)) console.log(value);
   */
  annotations(id: string, options: AnnotationsOptions = {}): AsyncIterableIterator<RunAnnotation> {
    return annotationsOf(this.#engine, id, options);
  }

  /**
   * What the run has done so far, step by step, to be laid over the picture of the flow: `Review.plot({ format: "html", run })`.
   * Where the code has changed since, it brings the plan along that the run goes by.
   * @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here
   * @throws {FlowError} RUN_FLOW_MISMATCH – it is another flow's
   * @throws {FlowError} PLAN_CHANGED – it goes by a plan that is not kept
   */
  async overlay(id: string): Promise<RunOverlay> {
    return runOverlay(this.#engine, id);
  }

  /**
   * A page of the questions that steps of this flow's runs have asked and nobody has answered, oldest first: approvals (with
   * `value` and `outcomes`), and what `this.ask` asks.
   */
  async questions(query: Omit<QuestionQuery, "flow"> = {}): Promise<QuestionPage> {
    return this.#engine.persistence.questions({ ...query, flow: this.#flow });
  }

  /**
   * Answers a question by its id. The answer is stored first; then the run is driven on here, and this resolves with its result,
   * unless it is being driven elsewhere: then with `{ status: "running" }`. An approval is answered by `{ outcome, feedback }`.
   * @throws {FlowError} QUESTION_CLOSED – it is not open: somebody was quicker, or its time was up
   * @throws {FlowError} ANSWER_INVALID – the answer does not fit what is asked for; the question stays open
   */
  async answer(id: string, value: unknown, options: AnswerOptions = {}): Promise<SignalResult<F>> {
    const { runId, machine } = await sendAnswer(this.#engine, { id, value }, options);
    return machine ? runResult<F>(machine) : { id: runId, status: "running" };
  }

  /**
   * Answers several questions of one run, by their ids, those of runs that it has started included: all are checked before the first
   * is stored. Then as `answer`.
   * @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here
   * @throws {FlowError} QUESTION_CLOSED – one of them is not open in this run; none was taken, unless somebody was quicker just now
   * @throws {FlowError} ANSWER_INVALID – `details.question` does not get what it asks for; none was taken
   *
   * @example
   * const { questions } = await flow.runs.questions({ runId: id });
   * await flow.runs.answerAll(id, Object.fromEntries(questions.map((question) => [question.id, { approved: true }])));
   */
  async answerAll(
    id: string,
    answers: Readonly<Record<string, unknown>>,
    options: AnswerOptions = {},
  ): Promise<SignalResult<F>> {
    const given = Object.entries(answers).map(([question, value]) => ({ id: question, value }));
    const machine = await sendAnswers(this.#engine, { runId: id, given }, options);
    return machine ? runResult<F>(machine) : { id, status: "running" };
  }

  /**
   * The state that the run had after an entry of its journal, by the entry's number or by the call that completed with it; the
   * state of now without one.
   * @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here
   * @throws {FlowError} RUN_FLOW_MISMATCH – it is another flow's
   * @throws {FlowError} RUN_POSITION_UNKNOWN – the run has no such position
   * @throws {FlowError} RUN_POSITION_GONE – the journal no longer reaches back to it
   *
   * @example
   * await flow.runs.stateAt(id, { step: "write", number: 2 });
   */
  async stateAt(id: string, at?: JournalPosition): Promise<DeepReadonly<F["state"]>> {
    await this.#engine.own(id);
    return storedState(await loadMoment(this.#engine.persistence, id, at)).root as DeepReadonly<F["state"]>;
  }

  /**
   * The sums of what the run's steps have told by `addUsage` so far, those of attempts that failed and of runs that they have
   * started included; `{}`: nothing.
   * @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here
   * @throws {FlowError} RUN_FLOW_MISMATCH – it is another flow's
   */
  async usage(id: string): Promise<Usage> {
    await this.#engine.own(id);
    const { persistence, stored } = this.#engine;
    return (await stored.read(id, await persistence.load(id))).usage ?? {};
  }

  /**
   * Makes a new run that begins where another one, finished or not, stood at some position, with another state if you like.
   * It is stored at rest, `resume` drives it. Its calls have idempotency keys of their own; it belongs to no session.
   * @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here
   * @throws {FlowError} RUN_FLOW_MISMATCH – it is another flow's
   * @throws {FlowError} RUN_POSITION_UNKNOWN – the run has no such position
   * @throws {FlowError} RUN_POSITION_GONE – the journal no longer reaches back to it
   * @throws {FlowError} STATE_INVALID – the state does not fit the schema
   * @throws {FlowError} PLAN_CHANGED – what the run still needed there has changed since
   * @throws {FlowError} RUN_EXISTS – the given id is taken
   *
   * @example
   * const fork = await flow.runs.fork(id, { at: { step: "research" }, state: { topic: "lakes" } });
   * const result = await flow.resume(fork.id);
   */
  async fork(id: string, options: ForkOptions<F["state"]> = {}): Promise<RunRecord> {
    return forkRun(this.#engine, id, options as ForkOptions);
  }

  /**
   * Cancels a run: running steps get their abort signal, nothing new starts, status becomes `cancelled`. It can be resumed.
   * For a run that lives in another process this resolves when the wish is stored; that process carries it out.
   * @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here
   * @throws {FlowError} RUN_ENDED – the run has ended
   */
  async cancel(id: string, how: string | CancelOptions = {}): Promise<void> {
    await sendCancel(this.#engine, id, typeof how === "string" ? { reason: how } : how);
  }

  /**
   * Removes runs of this flow that have ended, with their journals; a removed run is not found any more, and its id is free.
   * Never removed: runs that run or wait, what those have started, and the newest run of a session. With `keepResults` only journals go: the runs stay,
   * with their results and states. At least one of `olderThan`, `keep`, `status`, `session` and `parent` says which.
   *
   * It works in small steps with pauses between them, beside runs that are driven, in this process and others; whenever it is
   * stopped, what was removed is whole, and the next one goes on.
   * @throws {FlowError} PERSISTENCE_QUERY_INVALID – nothing says which; `keep` or `status` can't be
   * @throws {FlowError} DEFINITION_DURATION_INVALID – `olderThan` is no duration
   * @example
   * const { runs } = await flow.runs.prune({ olderThan: "30d", status: "completed" });
   */
  async prune(options: PruneOptions): Promise<PruneResult> {
    return pruneRuns(this.#engine, options);
  }

  /**
   * Brings a stored run, or all that fit a query, to the code as it is now: renames steps, changes the state, then checks that
   * the run can go on where it stands. Runs that can't are left as they were, as are those that fit already.
   *
   * @example
   * await flow.runs.migrate({ status: "waiting" }, { from: "1", rename: { write: "draft" } });
   * @throws {FlowError} PLAN_CHANGED – what the run still needs has changed, and is not told by `rename`
   * @throws {FlowError} STATE_INVALID – its state, or what `state` makes of it, does not fit the schema
   * @throws {FlowError} RUN_MIGRATION_INVALID – `rename` names what is not there, or `state` throws
   * @throws {FlowError} RUN_OWNED – somebody is driving it
   * @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here
   */
  async migrate(id: string, options?: MigrateOptions<F["state"]>): Promise<MigratedRun>;
  /** Runs that are refused are listed with their error. */
  async migrate(query: MigrateQuery, options?: MigrateOptions<F["state"]>): Promise<readonly MigratedRun[]>;
  async migrate(
    which: string | MigrateQuery,
    options: MigrateOptions = {},
  ): Promise<MigratedRun | readonly MigratedRun[]> {
    if (typeof which === "string") return migrateRun(this.#engine, which, options);
    return migrateRuns(this.#engine, which, options);
  }

  /**
   * Takes over the runs of this flow whose owner is gone, and those whose time has come: a sleep is over, a retry due, or the time for
   * an answer up. Drives them until they rest. Runs of live owners are left; one that can't be taken up is answered with the error, as
   * `"refused"`. What is asked of the store costs about as much as there is to do, however many runs wait. To be called when a process starts, and now and then.
   * @throws {FlowError} DEFINITION_DURATION_INVALID – `returnOnSleep` is no duration
   *
   * @example
   * await flow.runs.recover({ returnOnSleep: "1m" }); // as a cron job, every minute
   */
  async recover(options: RecoverOptions = {}): Promise<readonly RecoveredRun<F>[]> {
    return recoverRuns<F>(this.#engine, options);
  }

  /**
   * When the first of this flow's waiting runs is due for `recover`, ms since the epoch; past, if one is already. Undefined: none
   * waits for a time.
   */
  async nextDue(): Promise<number | undefined> {
    return nextDue(this.#engine);
  }

  /** @internal the plan that a run goes by, of whatever flow it is; undefined: it is not stored here any more */
  async planOf(id: string): Promise<FlowPlan | undefined> {
    const { persistence } = this.#engine;
    const record = await persistence.get(id);
    return record && ((await persistence.plan(record.planHash)) as FlowPlan | undefined);
  }

  get #flow(): string {
    return this.#engine.flow.plan.flow;
  }
}
