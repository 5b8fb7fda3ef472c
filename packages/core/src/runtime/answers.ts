/** Answers to questions, checked where they enter. */
import { decisionField, type JsonSchema } from "../definition/index.js";
import { FlowError, listProblems } from "../errors/index.js";
import { jsonTypeText } from "../picture/index.js";
import type { Question } from "../ports/index.js";
import { finishValue } from "../state/index.js";

let zod: Promise<typeof import("zod")> | undefined;

/**
 * An answer that fits what its question asks for, as it is to be stored.
 * @throws {FlowError} ANSWER_INVALID
 */
export async function fittingAnswer(question: Question, value: unknown): Promise<unknown> {
  const { id, runId, step, schema, prompt } = question;
  const finished = finishValue(wholeAnswer(schema, value), `the answer to "${id}"`);
  // only here is zod itself needed: a flow that asks nobody does not pay for it
  zod ??= import("zod");
  const { fromJSONSchema } = await zod;
  const parsed = fromJSONSchema(schema as boolean).safeParse(finished);
  // a step reads its answer by its own schema, defaults and all; nothing reads what a human has decided but who is given it
  if (parsed.success) return question.outcomes ? finishValue(parsed.data, `the answer to "${id}"`) : finished;
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: path as (string | number)[], message }));
  const listed = listProblems(problems, "the answer");
  throw new FlowError(
    "ANSWER_INVALID",
    `The answer to "${prompt.slice(0, 100)}" does not fit what step "${step}" asks: ${listed}`,
    {
      hint: `Nothing was stored, the question is open: answer with ${jsonTypeText(schema as boolean)}`,
      details: { question: id, problems, schema },
      runId,
      step,
    },
  );
}

/** `"approved"` for `{ outcome: "approved" }`: a decision alone will do where nothing else must be said. */
function wholeAnswer(schema: unknown, value: unknown): unknown {
  if (typeof schema !== "object" || schema === null || typeof value === "object" || value === undefined) return value;
  const field = decisionField(schema as JsonSchema);
  return field === undefined ? value : { [field]: value };
}

export function questionClosed(id: string): FlowError {
  return new FlowError("QUESTION_CLOSED", `No question "${id}" is open in this flow.`, {
    hint: "It was answered already, its time was up, or its run has ended: flow.runs.questions() lists those that are open.",
    details: { id },
  });
}
