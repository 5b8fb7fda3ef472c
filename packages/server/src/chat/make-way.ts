/**
 * A new message while the turn before it waits for answers. Those that the client has given with it are taken, and what comes of them
 * is awaited; questions that are open then are left: the turn ends as if its reader had stopped it.
 */
import { FlowError, type Question, type RunRecord } from "millrace";
import { activeRun, type ChatPlace } from "./chat-place.js";
import { openQuestions } from "./chat-questions.js";
import type { ChatRequest } from "./chat-request.js";
import { givenAnswers, valuesOf } from "./given-answers.js";
import { replyId } from "./reply/index.js";
import { stopRun } from "./stop-turn.js";

/** How long a turn may go on that another process drives. */
const longestMs = 60_000;
const lookMs = 100;

/**
 * What the turn asks, where whoever has sent the message may leave it.
 * @throws {FlowError} SESSION_BUSY – it does something else, or asks somebody else
 */
export async function leavable(place: ChatPlace, run: RunRecord): Promise<readonly Question[]> {
  const mayAnswer = place.access.may(place.hosted.name, "answer");
  const questions = run.status === "waiting" && mayAnswer ? await openQuestions(place.server.host, run.id) : [];
  if (questions.length === 0) throw turnUnderWay(run);
  return questions;
}

interface Waiting {
  readonly run: RunRecord;
  readonly questions: readonly Question[];
}

/**
 * @throws {FlowError} ANSWER_INVALID – an answer that was sent with the message does not fit; nothing is left
 * @throws {FlowError} SESSION_BUSY – the turn goes on with something else
 */
export async function makeWay(place: ChatPlace, request: ChatRequest, { run, questions }: Waiting): Promise<void> {
  const reply = request.sent(replyId(run.id));
  const answers = reply ? givenAnswers(reply, questions) : [];
  if (answers.length > 0) await taken(place, run, valuesOf(answers));
  const now = await restOf(place, run);
  if (!now) return;
  await leavable(place, now);
  // by its id: the same message, sent twice, may have begun the next one already
  await stopRun(place, now.id);
}

async function taken(
  { hosted, server }: ChatPlace,
  { id }: RunRecord,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  try {
    await server.host.drive(() => hosted.flow.runs.answerAll(id, values, server.host.driving));
  } catch (error) {
    // how the turn ends is told in its own reply; that somebody was quicker with an answer is no matter now
    const isItsEnd = FlowError.is(error) && error.runId === id && error.code !== "ANSWER_INVALID";
    if (!isItsEnd && !FlowError.is(error, "QUESTION_CLOSED")) throw error;
  }
}

/** The turn when nothing of it runs any more; undefined: it is over. */
async function restOf(place: ChatPlace, { id }: RunRecord): Promise<RunRecord | undefined> {
  const until = Date.now() + longestMs;
  for (;;) {
    const run = await activeRun(place);
    if (run?.id !== id) return undefined;
    if (run.status !== "running" || Date.now() > until) return run;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

export function turnUnderWay({ id, runId = id }: { readonly id?: string; readonly runId?: string }): FlowError {
  return new FlowError("SESSION_BUSY", "The reply before this message is not finished.", {
    hint: "Wait for its end, or stop it: POST …/chat/{id}/stop.",
    ...(runId !== undefined && { runId }),
  });
}
