/** An answer to what a reply asks: the reply goes on in the same message. */
import { isDeepStrictEqual } from "node:util";
import { type ChatMessage, FlowError, type RunRecord, toJson } from "millrace";
import { requireRight } from "../auth/index.js";
import { refuseBusy } from "../routes/index.js";
import type { ChatPlace } from "./chat-place.js";
import { answeredQuestions, openQuestions } from "./chat-questions.js";
import { givenAnswers, refuseErrors, valuesOf } from "./given-answers.js";
import { runOfReply } from "./reply-writer.js";
import { partsShown, type ShownPart } from "./shown-part.js";
import { goOn, tell } from "./tell-turn.js";
import type { Told } from "./turn-feed.js";

/**
 * What the message answers of what its run asks. Answers that were taken before are told what has come of them.
 * @throws {FlowError} QUESTION_CLOSED – the message answers nothing that is asked
 * @throws {FlowError} ANSWER_INVALID – an answer does not fit; what fits is not taken either
 * @throws {FlowError} SERVER_FORBIDDEN – the request may chat, and not answer
 */
export async function answerTurn(place: ChatPlace, message: ChatMessage): Promise<Told> {
  const { hosted, access, server, feeds } = place;
  requireRight(access, hosted.name, "answer");
  const run = await runOf(place, message);
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
async function toldBefore(place: ChatPlace, { run, message, seen }: Repeated): Promise<Told> {
  const answered = await answeredQuestions(place.server.host, run.id);
  const answers = givenAnswers(message, answered);
  // other parts of the message may have gone their way since: a call that was approved has its output
  if (!answers.some(({ question, value }) => isDeepStrictEqual(toJson(value), toJson(question.answer)))) throw closed();
  const { hosted, feeds } = place;
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
