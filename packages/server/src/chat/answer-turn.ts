/** An answer to what a reply asks: the reply goes on in the same message. */
import { isDeepStrictEqual } from "node:util";
import { type ChatMessage, FlowError, type RunRecord, toJson } from "millrace";
import { requireRight } from "../auth/index.js";
import { refuseBusy } from "../routes/index.js";
import type { ChatPlace } from "./chat-place.js";
import { answeredQuestions, openQuestions } from "./chat-questions.js";
import { givenAnswers, refuseErrors, valuesOf } from "./given-answers.js";
import { partsShown, runOfReply, type ShownPart } from "./reply/index.js";
import { goOn, tell } from "./tell-turn.js";
import type { Told } from "./turn-feed.js";

/**
 * What the message answers of what its run asks. Answers that were taken before are told what has come of them.
 * @throws {FlowError} QUESTION_CLOSED – the message answers nothing that is asked
 * @throws {FlowError} ANSWER_INVALID – an answer does not fit; what fits is not taken either
 * @throws {FlowError} SERVER_FORBIDDEN – the request may chat, and not answer
 */
export async function answerTurn(place: ChatPlace, message: ChatMessage): Promise<Told> {
  requireRight(place.access, place.hosted.name, "answer");
  for (;;) {
    const run = await runOf(place, message);
    try {
      return await answered(place, run, message);
    } catch (error) {
      // somebody was quicker: what is asked then is looked at once more
      if (!FlowError.is(error, "QUESTION_CLOSED") || !(await closes(place, run, error.details))) throw error;
    }
  }
}

async function answered(place: ChatPlace, run: RunRecord, message: ChatMessage): Promise<Told> {
  const { hosted, server, feeds } = place;
  const seen = partsShown(message);
  const isOpen = run.status === "running" || run.status === "waiting";
  const questions = isOpen ? await openQuestions(place.server.host, run.id) : [];
  refuseErrors(message, questions);
  const answers = givenAnswers(message, questions);
  if (answers.length === 0) return toldBefore(place, { run, message, seen });
  refuseBusy(server);
  const values = valuesOf(answers);
  const work = () => hosted.flow.runs.answerAll(run.id, values, server.host.driving);
  const going = feeds.get(run.id) ?? (run.status === "running" ? feeds.join(hosted, run.id) : undefined);
  if (going) {
    // it is driven already: this is told as soon as the answers are stored
    const taken = going.answered(Object.keys(values));
    try {
      await Promise.race([taken, server.host.drive(work)]);
    } catch (error) {
      going.withdraw(Object.keys(values));
      throw error;
    }
    return going.subscribe({ seen });
  }
  const feed = feeds.open(hosted, { runId: run.id, begun: "rested" });
  void feed.answered(Object.keys(values));
  return tell(place, work, { feed, seen });
}

/** How long an answer may lie unread, in ms, and how often it is looked at. */
const longestMs = 10_000;
const lookMs = 25;

/** Whether an answer that was quicker has come to be read; false: there is none, or nobody reads it. */
async function closes({ server }: ChatPlace, { id }: RunRecord, { id: question }: { id?: unknown }): Promise<boolean> {
  if (question === undefined) return false;
  for (const until = Date.now() + longestMs; Date.now() < until; ) {
    if (!(await openQuestions(server.host, id)).some((one) => one.id === question)) return true;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return false;
}

/** @throws {FlowError} QUESTION_CLOSED */
async function runOf({ hosted, session }: ChatPlace, message: ChatMessage): Promise<RunRecord> {
  const id = runOfReply(message.id);
  const run = id === undefined ? undefined : await hosted.flow.runs.get(id);
  if (run?.session !== session) throw closed();
  return run;
}

interface Repeated {
  readonly run: RunRecord;
  readonly message: ChatMessage;
  readonly seen: readonly ShownPart[];
}

/** The same answers once more, for a client that was not told what came of them. */
async function toldBefore(place: ChatPlace, { message, seen, ...known }: Repeated): Promise<Told> {
  const answers = givenAnswers(message, await answeredQuestions(place.server.host, known.run.id));
  // other parts of the message may have gone their way since: a call that was approved has its output
  if (!answers.some(({ question, value }) => isDeepStrictEqual(toJson(value), toJson(question.answer)))) throw closed();
  const { hosted, feeds } = place;
  // what it does since the answer was read
  const run = (await hosted.flow.runs.get(known.run.id)) ?? known.run;
  if (run.status === "running") return feeds.join(hosted, run.id).subscribe({ seen });
  if (run.status === "failed") return goOn(place, run, { seen });
  if (run.status === "cancelled") throw closed();
  return (await feeds.stored(hosted, run.id)).subscribe({ seen });
}

function closed(): FlowError {
  return new FlowError("QUESTION_CLOSED", "The message answers nothing that the chat asks.", {
    hint: "It was answered already, or the turn is over: GET …/chat/{id} shows how the chat stands.",
  });
}
