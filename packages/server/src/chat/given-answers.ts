/**
 * Answers as they stand in the assistant's message that a client sends back: outputs of tool calls, errors in their place, words on
 * approvals. Nothing else of the message counts: what is asked, and of whom, stands in the store.
 */
import { type ChatMessage, FlowError, type Question } from "millrace";
import { askedTool } from "./reply/index.js";

type Part = ChatMessage["parts"][number];
export type Asked = Pick<Question, "id" | "prompt" | "value" | "outcomes">;

export interface GivenAnswer<Q extends Asked = Asked> {
  readonly question: Q;
  readonly toolCallId: string;
  readonly value: unknown;
}

/** Those to the questions that the message answers. */
export function givenAnswers<Q extends Asked>(message: ChatMessage, questions: readonly Q[]): GivenAnswer<Q>[] {
  return questions.flatMap((question) => {
    const part = partOf(message, question);
    const given = part && givenBy(part, question);
    return given ? [{ question, toolCallId: callOf(question), ...given }] : [];
  });
}

/** By the questions' ids. */
export const valuesOf = (answers: readonly GivenAnswer[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(answers.map(({ question, value }) => [question.id, value]));

/** @throws {FlowError} ANSWER_INVALID – a question is answered by an error, and takes none */
export function refuseErrors(message: ChatMessage, questions: readonly Asked[]): void {
  const refused = questions.find(
    (question) => !askedTool(question) && partOf(message, question)?.state === "output-error",
  );
  if (!refused) return;
  const { id, prompt } = refused;
  throw new FlowError("ANSWER_INVALID", `"${prompt.slice(0, 100)}" can't be answered by an error.`, {
    hint: "Give an output that fits; a new message leaves the question, and POST …/chat/{id}/stop ends the turn.",
    details: { question: id, problems: [], schema: undefined },
  });
}

const callOf = (question: Asked): string => askedTool(question)?.toolCallId ?? question.id;
const partOf = ({ parts }: ChatMessage, question: Asked): Part | undefined =>
  parts.find((one) => one.toolCallId === callOf(question));

/** Undefined: it is no answer. */
function givenBy(
  { state, output, errorText, approval }: Part,
  question: Asked,
): { readonly value: unknown } | undefined {
  const tool = askedTool(question);
  if (tool?.client) return madeBy({ state, output, errorText });
  if (state === "output-available")
    return { value: tool && typeof output === "boolean" ? { approved: output } : output };
  if (!tool) return undefined;
  // who says that a call can't be made does not approve of it
  if (state === "output-error") return { value: decided(false, errorText) };
  if (state !== "approval-responded") return undefined;
  const { approved, reason } = (approval ?? {}) as { readonly approved?: unknown; readonly reason?: unknown };
  return { value: decided(approved, reason) };
}

/** How the client's own tool has ended there. */
function madeBy({ state, output, errorText }: Pick<Part, "state" | "output" | "errorText">) {
  if (state === "output-available") return { value: { output: output ?? null } };
  if (state !== "output-error") return undefined;
  return { value: { error: typeof errorText === "string" ? errorText : "It has failed." } };
}

const decided = (approved: unknown, reason: unknown) => ({
  approved,
  ...(typeof reason === "string" && { reason }),
});
