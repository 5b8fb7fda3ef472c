/**
 * Structured answers: what a model is told of a schema, and what is made of what it writes. Providers want an object at the root, so
 * anything else (a list, an enum, a union) stands in one as `result`.
 */
import { jsonSchema, Output } from "ai";
import { FlowError } from "millrace";
import { z } from "zod";
import { type JsonSchema, jsonSchemaOf } from "./json-schema.js";

export class OutputReader {
  readonly #schema: z.ZodType;
  readonly #told: JsonSchema;
  readonly #isWrapped: boolean;

  /** @throws {FlowError} AI_CALL_INVALID – the schema can't be told to a model */
  constructor(schema: z.ZodType) {
    const told = typeof schema?.safeParse === "function" ? jsonSchemaOf(schema) : undefined;
    if (!told)
      throw new FlowError(
        "AI_CALL_INVALID",
        "The `output` of a model's call is no zod schema that can be told as JSON Schema.",
        {
          hint: "Use objects, lists, texts, numbers, enums; make a Date or a class of them after the answer.",
        },
      );
    this.#schema = schema;
    this.#isWrapped = told.type !== "object";
    this.#told = this.#isWrapped
      ? { type: "object", properties: { result: told }, required: ["result"], additionalProperties: false }
      : told;
  }

  /** For `streamText`, whatever its major calls it. */
  get settings(): object {
    const output = { ...Output.object({ schema: jsonSchema(this.#told as never) }), ...unread };
    return { output, experimental_output: output };
  }

  /** Of what was read so far. */
  unwrap(value: unknown): unknown {
    return this.#isWrapped ? (value as { result?: unknown } | null)?.result : value;
  }

  /**
   * @throws {FlowError} AI_OUTPUT_INVALID
   */
  async parse(text: string, model: string): Promise<unknown> {
    const value = this.#json(text);
    if (value === undefined) throw invalid(model, "is no JSON", []);
    const parsed = await this.#schema.safeParseAsync(this.unwrap(value));
    if (parsed.success) return parsed.data;
    const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.map(asKey), message }));
    throw invalid(model, `does not fit its schema: ${shortened(z.prettifyError(parsed.error))}`, problems);
  }

  /** As it was told while it was written; not parsed by the schema. */
  read(text: string): unknown {
    return this.unwrap(this.#json(text));
  }

  #json(text: string): unknown {
    for (const candidate of [text, fenced(text)]) {
      try {
        if (candidate !== undefined) return JSON.parse(candidate);
      } catch {
        // the next one may be some
      }
    }
    return undefined;
  }
}

/** The library would parse all of the text anew at each of its words; what it is told is other each time, so that it hands them on. */
const byLength = async ({ text }: { readonly text: string }) => ({ partial: text.length });
const unread = { parsePartialOutput: byLength, parsePartial: byLength };

/** For `streamText`, where the answer is a text: newer majors would compare all of it anew at each of its words. */
export const textSettings = { output: { ...Output.text(), ...unread } };

/** Some models can't help writing it as Markdown. */
function fenced(text: string): string | undefined {
  return /^\s*```(?:json)?\s*\n([\s\S]*?)\n?\s*```\s*$/.exec(text)?.[1];
}

function invalid(
  model: string,
  what: string,
  problems: readonly { path: (string | number)[]; message: string }[],
): FlowError {
  return new FlowError("AI_OUTPUT_INVALID", `The answer of model "${model}" ${what}.`, {
    hint: "Give the step `retry`: the answer is asked for anew. Or loosen the schema, and say in the prompt what is wanted.",
    details: { problems },
  });
}

const asKey = (key: PropertyKey): string | number => (typeof key === "symbol" ? String(key) : key);
const shortened = (text: string): string => (text.length > 400 ? `${text.slice(0, 400)}…` : text);
