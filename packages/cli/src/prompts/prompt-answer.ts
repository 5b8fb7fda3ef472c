/** An open question, answered at the terminal. */
import type { JsonSchema, Question } from "millrace";
import { plainLines } from "../terminal/lines.js";
import { askField } from "./ask-field.js";
import { formField } from "./form-field.js";
import { PromptSession, type PromptStreams } from "./prompt-session.js";

/** So many lines of what is to be decided on are shown. */
const shownLines = 20;

/** `answer`: as `flow.runs.answer` takes it. */
export type PromptedAnswer = { readonly answer: unknown } | "later";

/**
 * Puts a question of a step, or an approval, to whoever sits at the terminal.
 * @throws {FlowError} CLI_INTERRUPTED – Ctrl+C instead of an answer
 */
export async function promptAnswer(
  question: Pick<Question, "prompt" | "schema" | "step" | "value" | "outcomes">,
  streams?: PromptStreams,
): Promise<PromptedAnswer> {
  const session = new PromptSession(streams);
  const schema = question.schema as JsonSchema;
  if (question.outcomes) return askApproval(question, { session, schema });
  tellValue(question.value, session);
  const field = formField(schema, { path: [], required: true, root: schema });
  // of an object each field is asked for by its own name
  if (field.kind === "object") session.say(plainLines(question.prompt, shownLines).join("\n"));
  return { answer: await askField({ ...field, title: question.prompt }, { session, root: schema }) };
}

async function askApproval(
  { prompt, value, outcomes }: Pick<Question, "prompt" | "value" | "outcomes">,
  { session, schema }: { readonly session: PromptSession; readonly schema: JsonSchema },
): Promise<PromptedAnswer> {
  tellValue(value, session);
  const choices = outcomes!.map((outcome) => ({ value: outcome as string | undefined, label: outcome }));
  const outcome = await session.choose(prompt, [...choices, { value: undefined, label: "(decide later)" }]);
  if (outcome === undefined) return "later";
  const feedback = schema.properties?.feedback;
  if (!feedback) return { answer: { outcome } };
  const required = schema.required?.includes("feedback") ?? false;
  const field = formField(feedback, { path: ["feedback"], required, root: schema });
  const said = await askField(field, { session, root: schema });
  return { answer: said === undefined ? { outcome } : { outcome, feedback: said } };
}

/** What is to be decided on. */
function tellValue(value: unknown, session: PromptSession): void {
  if (value !== undefined) session.say(plainLines(asText(value), shownLines).join("\n"));
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
}
