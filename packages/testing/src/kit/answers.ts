import type { Question } from "millrace";

/** Gives an answer, or undefined to leave the question open. */
export type Answerer = (question: Question) => unknown;

/**
 * Answers to what steps ask: a function, or answers by the question's key (`"ask-1"` for the first without one), by its step, or by
 * its prompt; each an answer or a function. What has none stays open.
 */
export type Answers = Answerer | Readonly<Record<string, unknown>>;

/** A boxed answer; undefined: the question stays open. */
export async function answerTo(
  question: Question,
  answers: Answers | undefined,
): Promise<{ readonly value: unknown } | undefined> {
  const found = typeof answers === "function" ? answers : answerFor(question, answers);
  const value: unknown = typeof found === "function" ? await (found as Answerer)(question) : found;
  return value === undefined ? undefined : { value };
}

function answerFor(question: Question, answers: Exclude<Answers, Answerer> | undefined): unknown {
  if (!answers) return undefined;
  const name = [keyOf(question), question.step, question.prompt].find((one) => Object.hasOwn(answers, one));
  return name === undefined ? undefined : answers[name];
}

/** Its id is the run, the step, the call's number and the key; a run's id may hold slashes. */
function keyOf({ id, runId, step, number }: Question): string {
  return id.slice(`${runId}/${step}/${number}/`.length);
}
