/** What a client's tool may be answered with. */
import { z } from "zod";
import { jsonSchemaOf } from "../output/json-schema.js";
import { toolInvalid } from "./tool.js";

/** An output that fits, or what went wrong. */
export type ClientAnswer = z.ZodType<{ readonly error: string } | { readonly output: unknown }>;

/** @throws {FlowError} AI_TOOL_INVALID – the output can't be told to whoever is asked */
export function answerOf(name: string, output: z.ZodType = z.unknown()): ClientAnswer {
  const answer = z.union([z.strictObject({ error: z.string() }), z.strictObject({ output: z.nonoptional(output) })]);
  if (jsonSchemaOf(answer)) return answer;
  throw toolInvalid("its output can't be told as JSON Schema", name);
}
