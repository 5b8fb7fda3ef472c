/**
 * Answers to what a reply asks, as they stand in the assistant's message that a client sends back. Nothing else of the message counts:
 * what is asked, and of whom, stands in the store.
 */
import { type ChatMessage, FlowError, type Question, type WaitingFor } from "millrace";
import { requireRight } from "../auth/index.js";
import { refuseBusy } from "../routes/index.js";
import { askedTool } from "./asked-chunks.js";
import { activeRun, type ChatPlace } from "./chat-place.js";
import type { ChatRequest } from "./chat-request.js";
import { runOfReply } from "./reply-writer.js";
import { partsShown } from "./shown-part.js";
import { type Told, tell } from "./tell-turn.js";

interface Answered {
  readonly question: Question;
  readonly value: unknown;
  readonly toolCallId: string;
}

/**
 * @throws {FlowError} QUESTION_CLOSED – the message answers nothing that is asked
 * @throws {FlowError} ANSWER_INVALID – an answer does not fit; what fits is not taken either
 * @throws {FlowError} SERVER_FORBIDDEN – the request may chat, and not answer
 */
export async function answerTurn(place: ChatPlace, request: ChatRequest): Promise<Told> {
  const { hosted, access, server, feeds } = place;
  requireRight(access, hosted.name, "answer");
  const run = await activeRun(place);
  const meant = runOfReply(request.last.id);
  if (!run || run.id !== meant) throw closed();
  const answers = (await pendingQuestions(place, run.id)).flatMap((question) => answerIn(request.last, question) ?? []);
  if (answers.length === 0) throw closed();
  refuseBusy(server);
  const going = feeds.get(run.id);
  const feed = going ?? feeds.open(hosted, opened(run.id, request.last, answers));
  const work = () =>
    Promise.all(answers.map(({ question, value }) => hosted.flow.runs.answer(question.id, value, server.host.driving)));
  return tell(place, work, { feed, fromNow: true });
}

function opened(runId: string, message: ChatMessage, answers: readonly Answered[]) {
  const calls = new Set(answers.map(({ toolCallId }) => toolCallId));
  const seen = partsShown(message);
  // the call goes on, whatever the client has made of it
  for (const part of seen) if (part.kind === "tool" && calls.has(part.toolCallId)) part.state = "input";
  return { runId, seen, answering: answers.map(({ question }) => question.id) };
}

/** What the run, and those inside of it, ask. */
async function pendingQuestions({ hosted, server }: ChatPlace, runId: string): Promise<Question[]> {
  const record = await hosted.flow.runs.get(runId);
  const runs = [runId, ...insideOf((record?.waitingFor ?? []) as readonly WaitingFor[])];
  const pages = await Promise.all(runs.map((id) => server.host.persistence.questions({ runId: id })));
  return pages.flatMap(({ questions }) => questions);
}

const insideOf = (waits: readonly WaitingFor[]): string[] =>
  waits.flatMap((wait) => (wait.kind === "flow" ? [wait.name, ...insideOf(wait.waitingFor)] : []));

/** The answer to a question that stands in a message; undefined: there is none. */
function answerIn({ parts }: ChatMessage, question: Question): Answered | undefined {
  const tool = askedTool(question);
  const toolCallId = tool?.toolCallId ?? question.id;
  const part = parts.find((one) => one.toolCallId === toolCallId);
  if (!part) return undefined;
  if (part.state === "output-available") {
    const { output } = part;
    return { question, toolCallId, value: tool && typeof output === "boolean" ? { approved: output } : output };
  }
  const { approved, reason } = (part.approval ?? {}) as { approved?: unknown; reason?: unknown };
  if (part.state !== "approval-responded" || !tool) return undefined;
  return { question, toolCallId, value: { approved, ...(typeof reason === "string" && { reason }) } };
}

function closed(): FlowError {
  return new FlowError("QUESTION_CLOSED", "The message answers nothing that the chat asks.", {
    hint: "It was answered already, or the turn is over: GET …/chat/{id} shows how the chat stands.",
  });
}
