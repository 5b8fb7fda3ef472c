/** What is put into runs from outside: signals, answers, wishes to cancel. Each is stored first; then the run is driven on here. */
import { type Duration, durationMs } from "../definition/index.js";
import { FlowError } from "../errors/index.js";
import type { InboxMessage, Question, RunRecord } from "../ports/index.js";
import { fittingAnswer, questionClosed } from "./answers.js";
import { driveLimits } from "./drive.js";
import type { Engine, ResumeOptions } from "./engine.js";
import type { AnswerOptions, SignalOptions } from "./flow-options.js";
import type { RunMachine } from "./run-machine.js";
import { signalPayload } from "./signal-payload.js";
import { postNews } from "./tell-parent.js";

/**
 * Stores a signal, then drives the run if nobody else does; undefined: somebody else does.
 * @throws {FlowError} SIGNAL_UNKNOWN, SIGNAL_INVALID, RUN_NOT_FOUND, RUN_ENDED, PLAN_CHANGED, or how the run failed
 */
export async function sendSignal(
  engine: Engine,
  to: { readonly id: string; readonly name: string },
  { payload, returnOnSleep, stopSignal, ...options }: SignalOptions & { payload: unknown },
): Promise<RunMachine | undefined> {
  const { id, name } = to;
  const checked = signalPayload(engine.flow, name, payload);
  const message = { kind: "signal", name, payload: checked, at: engine.clock.now(), ...options } as const;
  const how = { ...(returnOnSleep !== undefined && { returnOnSleep }), ...(stopSignal && { stopSignal }) };
  return send(engine, id, { message, ...how });
}

/** An answer to one question, by its id. */
export interface GivenAnswer {
  readonly id: string;
  readonly value: unknown;
}

/**
 * Stores an answer, then drives the run if nobody else does; undefined: somebody else does. A question of a run that one of this
 * flow's runs has started is answered too; then that one is driven.
 * @throws {FlowError} QUESTION_CLOSED, ANSWER_INVALID, or how the run failed
 */
export async function sendAnswer(
  engine: Engine,
  given: GivenAnswer,
  options: AnswerOptions,
): Promise<{ runId: string; machine: RunMachine | undefined }> {
  driveLimits(options);
  const answer = await checkedAnswer(engine, given);
  const runId = answer.line.at(-1)!.id;
  if (!(await storeAnswer(engine, answer))) throw questionClosed(given.id);
  return { runId, machine: await driveUnlessOwned(engine, runId, options) };
}

/**
 * The same with several answers to what one run asks, itself or by runs inside of it: all are checked before the first is stored.
 * @throws {FlowError} QUESTION_CLOSED, ANSWER_INVALID, or how the run failed
 */
export async function sendAnswers(
  engine: Engine,
  { runId, given }: { readonly runId: string; readonly given: readonly GivenAnswer[] },
  options: AnswerOptions,
): Promise<RunMachine | undefined> {
  driveLimits(options);
  await engine.own(runId);
  const answers = await Promise.all(given.map((one) => checkedAnswer(engine, one)));
  const other = answers.find(({ line }) => line.at(-1)!.id !== runId);
  if (other) throw questionClosed(other.question.id);
  let stored = 0;
  for (const answer of answers) if (await storeAnswer(engine, answer)) stored++;
  // somebody was quicker with some of them: the others count all the same
  if (stored === 0 && answers.length > 0) throw questionClosed(answers[0]!.question.id);
  return driveUnlessOwned(engine, runId, options);
}

interface CheckedAnswer {
  readonly question: Question;
  /** The run that asks, and those that it is inside of, up to one of this flow. */
  readonly line: readonly RunRecord[];
  readonly payload: unknown;
}

async function checkedAnswer(engine: Engine, { id, value }: GivenAnswer): Promise<CheckedAnswer> {
  const [question] = (await engine.persistence.questions({ id })).questions;
  if (!question || (question.until ?? Number.POSITIVE_INFINITY) < engine.clock.now()) throw questionClosed(id);
  const line = await lineOf(engine, question);
  const payload = await fittingAnswer(question, value);
  await checkFits(engine, line.at(-1)!);
  return { question, line, payload };
}

/** False: another answer came first. */
async function storeAnswer(
  engine: Engine,
  { question: { id, runId }, line, payload }: CheckedAnswer,
): Promise<boolean> {
  const message = { kind: "answer", name: id, payload, at: engine.clock.now(), id: `answer ${id}` } as const;
  const { repeated } = await engine.persistence.post(runId, message);
  if (repeated) return false;
  for (const [i, { id: parent }] of line.slice(1).entries()) {
    await postNews(engine, { child: line[i]!.id, to: parent });
  }
  return true;
}

/** How a run is cancelled. */
export interface CancelOptions {
  /** @default "cancelled" */
  readonly reason?: string;
  /** How long running steps may take to settle, 0: not at all; what they still do then counts for nothing. @default the flow's own */
  readonly abortGrace?: Duration;
}

/** Asks for a run to be cancelled; resolves when it is, or, for a run driven elsewhere, when the wish is stored. */
export async function sendCancel(
  engine: Engine,
  id: string,
  { reason = "cancelled", abortGrace }: CancelOptions,
): Promise<void> {
  const payload = abortGrace === undefined ? undefined : { graceMs: durationMs(abortGrace, "`abortGrace`") };
  try {
    await send(engine, id, { message: { kind: "cancel", name: reason, payload, at: engine.clock.now() } });
  } catch (error) {
    if (!FlowError.is(error, "RUN_CANCELLED")) throw error;
  }
}

/**
 * The run that asks, and those that it is inside of, up to one of this flow.
 * @throws {FlowError} QUESTION_CLOSED – there is none
 */
async function lineOf({ persistence, flow }: Engine, { id, runId }: Question): Promise<RunRecord[]> {
  const line: RunRecord[] = [];
  for (let next: string | undefined = runId; next !== undefined; ) {
    const record: RunRecord | undefined = await persistence.get(next);
    if (!record) break;
    line.push(record);
    if (record.flow === flow.plan.flow) return line;
    next = record.parent;
  }
  throw questionClosed(id);
}

async function send(
  engine: Engine,
  id: string,
  { message, ...options }: AnswerOptions & { readonly message: InboxMessage },
): Promise<RunMachine | undefined> {
  driveLimits(options);
  const record = await engine.own(id);
  const cancelling = message.kind === "cancel";
  if (!cancelling) await checkFits(engine, record);
  await engine.persistence.post(id, message);
  return driveUnlessOwned(engine, id, { ...options, cancelling });
}

/** Undefined: somebody else drives it. */
async function driveUnlessOwned(engine: Engine, id: string, options: ResumeOptions): Promise<RunMachine | undefined> {
  try {
    return await engine.resume(id, { ...options, again: false });
  } catch (error) {
    if (FlowError.is(error, "RUN_OWNED") && error.runId === id) return undefined;
    throw error;
  }
}

/** Before something is stored for a run of other code that nobody drives: that it can go on here. */
async function checkFits({ flow, persistence, stored }: Engine, record: RunRecord): Promise<void> {
  if (record.planHash === flow.plan.hash || record.owned) return;
  if (record.status !== "waiting" && record.status !== "running") return;
  const machine = await stored.read(record.id, await persistence.load(record.id));
  await stored.current(machine, record);
}
