/**
 * Structured answers: what a model is told of a schema, and what is made of what it writes. Providers want an object at the root, so
 * anything else (a list, an enum, a union) stands in one as `result`.
 */
import { jsonSchema, Output } from "ai";
import { FlowError } from "millrace";
import { z } from "zod";
import { jsonInText } from "./json-in-text.js";
import { type JsonSchema, jsonSchemaOf } from "./json-schema.js";
import type { SchemaWay } from "./schema-support.js";

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
  settings(way: SchemaWay): object {
    if (way === "words") return textSettings;
    const whole = Output.object({ schema: jsonSchema(this.#told as never) });
    const output = { ...whole, ...(way === "json-and-words" && { responseFormat: { type: "json" } }), ...unread };
    return { output, experimental_output: output };
  }

  /** The schema in words, for the model itself. */
  get words(): string {
    return `Answer with JSON, and nothing else, that fits this JSON Schema:\n${JSON.stringify(this.#told)}`;
  }

  /** Of what was read so far. */
  unwrap(value: unknown): unknown {
    return this.#isWrapped && isObject(value) && Object.hasOwn(value, "result") ? value.result : value;
  }

  /**
   * @param isCut the provider has ended it, because it became too long
   * @throws {FlowError} AI_OUTPUT_INVALID
   */
  async parse({ text, model, isCut }: Written): Promise<unknown> {
    let wrong: z.ZodError | undefined;
    for (const value of this.#readings(text)) {
      const parsed = await this.#schema.safeParseAsync(this.unwrap(value));
      if (parsed.success) return parsed.data;
      wrong ??= parsed.error;
    }
    if (isCut) throw invalid({ model, what: "was cut off at its limit of tokens", problems: [], hint: raise });
    if (!wrong) throw invalid({ model, what: "is no JSON", problems: [] });
    const problems = wrong.issues.map(({ path, message }) => ({ path: path.map(asKey), message }));
    throw invalid({ model, what: `does not fit its schema: ${shortened(z.prettifyError(wrong))}`, problems });
  }

  /** As it was told while it was written; not parsed by the schema. */
  read(text: string): unknown {
    for (const value of this.#readings(text)) return this.unwrap(value);
    return undefined;
  }

  *#readings(text: string): Generator<unknown> {
    let isJson = false;
    for (const value of jsonInText(text)) {
      isJson = true;
      yield value;
    }
    // who is asked for one word may answer with that word
    if (!isJson && this.#choices.includes(text.trim())) yield text.trim();
  }

  /** Of an enum, what there is. */
  get #choices(): readonly unknown[] {
    const { enum: choices } = (this.#told.properties as { readonly result?: JsonSchema } | undefined)?.result ?? {};
    return this.#isWrapped && Array.isArray(choices) ? choices : [];
  }
}

interface Written {
  readonly text: string;
  readonly model: string;
  readonly isCut: boolean;
}

/** The library would parse all of the text anew at each of its words; what it is told is other each time, so that it hands them on. */
const byLength = async ({ text }: { readonly text: string }) => ({ partial: text.length });
const unread = { parsePartialOutput: byLength, parsePartial: byLength };

/** For `streamText`, where the answer is a text: newer majors would compare all of it anew at each of its words. */
export const textSettings = { output: { ...Output.text(), ...unread } };

function invalid({
  model,
  what,
  problems,
  hint = anew,
}: {
  readonly model: string;
  readonly what: string;
  readonly problems: readonly { path: (string | number)[]; message: string }[];
  readonly hint?: string;
}): FlowError {
  return new FlowError("AI_OUTPUT_INVALID", `The answer of model "${model}" ${what}.`, { hint, details: { problems } });
}

const anew =
  "Give the step `retry`: the answer is asked for anew. Or loosen the schema, say in the prompt what is wanted, or take a model that " +
  "heeds schemas.";
const raise = "Raise `settings.maxOutputTokens`, or ask for less.";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const asKey = (key: PropertyKey): string | number => (typeof key === "symbol" ? String(key) : key);
const shortened = (text: string): string => (text.length > 400 ? `${text.slice(0, 400)}…` : text);
