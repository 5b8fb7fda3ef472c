/** `this.ask`: a question for people, with what an answer must look like. */
import type { z } from "zod";
import { type Duration, durationMs } from "../definition/index.js";
import { FlowError } from "../errors/index.js";
import { finishValue, parseStrict } from "../state/index.js";
import type { StepNotes } from "./step-notes.js";

export interface AskOptions<S extends z.ZodType = z.ZodType> {
  /** What an answer must look like. @default a text */
  readonly schema?: S;
  /** Which question of the call it is. @default its position among those without one */
  readonly key?: string;
  /** What it is about, for whoever answers: it stands in the question. Plain data. */
  readonly value?: unknown;
}

/** How a question with a timeout ended. */
export type AskAnswer<V> = { readonly answered: true; readonly value: V } | { readonly answered: false };

export async function ask(
  notes: StepNotes,
  prompt: string,
  { schema, timeout, key, value }: AskOptions & { readonly timeout?: Duration } = {},
): Promise<unknown> {
  const timeoutMs = timeout === undefined ? undefined : durationMs(timeout, "The timeout of this.ask");
  const fit = (value: unknown) => {
    if (!schema) return { value };
    const parsed = parseStrict(schema, value);
    return parsed.ok ? { value: parsed.value } : undefined;
  };
  const about = value === undefined ? undefined : finishValue(value, "what a question is about");
  const answer = await notes.ask({ key, prompt, schema: jsonSchema(schema), value: about, timeoutMs, fit });
  if ("timedOut" in answer) return { answered: false };
  return timeoutMs === undefined ? answer.value : { answered: true, value: answer.value };
}

export function askInOnce(): FlowError {
  return new FlowError("ASK_IN_ONCE", "this.ask was used inside this.once.", {
    hint: "A question and its answer are kept by themselves: ask beside `once`, not in it.",
  });
}

function jsonSchema(schema: z.ZodType | undefined): unknown {
  if (!schema) return { type: "string" };
  try {
    const { "~standard": _, $schema: __, ...plain } = schema.toJSONSchema({ io: "input" }) as Record<string, unknown>;
    return plain;
  } catch (cause) {
    throw new FlowError("ASK_SCHEMA_INVALID", "The schema of a question can't be told as JSON Schema.", {
      hint: "Whoever answers must know what is asked for: use objects, arrays, texts, numbers, enums; make a Date of a text after the answer.",
      cause,
    });
  }
}
