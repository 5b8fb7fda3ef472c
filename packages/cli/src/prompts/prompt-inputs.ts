/** Missing inputs, asked for at the terminal. */
import type { JsonSchema } from "millrace";
import type { z } from "zod";
import { askField } from "./ask-field.js";
import { type FormField, formField } from "./form-field.js";
import { PromptSession, type PromptStreams } from "./prompt-session.js";
import { schemaCheck } from "./schema-check.js";

export interface PromptInputsOptions {
  readonly flow: string;
  /** JSON Schema of what the flow takes. */
  readonly schema: JsonSchema;
  /** The schema itself, whose messages are shown. */
  readonly zod?: z.ZodType;
  /** What is there already. */
  readonly given: unknown;
  /** Whether what has a default or is optional is asked for too. @default true */
  readonly optional?: boolean;
  readonly streams?: PromptStreams;
}

/**
 * Where something that is required is missing, asks for all that is missing; fields that have a default or are optional can be passed
 * over. Answers what there is then; `given` itself where nothing is required.
 * @throws {FlowError} CLI_INTERRUPTED – Ctrl+C instead of an answer
 */
export async function promptInputs({
  flow,
  schema,
  zod,
  given,
  optional = true,
  streams,
}: PromptInputsOptions): Promise<unknown> {
  const root = formField(schema, { path: [], required: true, root: schema });
  if (root.kind === "json" || !isMissing(root, given)) return given;
  const session = new PromptSession(streams);
  const context = { session, root: schema, ...(zod && { check: schemaCheck(zod) }) };
  session.say(`${flow} needs:`);
  return fill(root, given, async (field) =>
    optional || isMissing(field, undefined) ? askField(field, context) : undefined,
  );
}

/** Whether a value that is required stands nowhere in what was given. */
function isMissing(field: FormField, given: unknown): boolean {
  if (given === undefined && !field.required) return false;
  if (field.kind !== "object") return given === undefined;
  if (given !== undefined && !isObject(given)) return false;
  return field.fields.some((inner) => isMissing(inner, valueAt(given, inner)));
}

async function fill(field: FormField, given: unknown, ask: (field: FormField) => Promise<unknown>): Promise<unknown> {
  if (field.kind !== "object") return given ?? ask(field);
  if (given === undefined && field.path.length > 0) return ask(field);
  if (given !== undefined && !isObject(given)) return given;
  const filled: Record<string, unknown> = { ...(given as object | undefined) };
  for (const inner of field.fields) {
    const value = await fill(inner, valueAt(given, inner), ask);
    if (value !== undefined) filled[inner.path.at(-1)!] = value;
  }
  return filled;
}

function valueAt(given: unknown, { path }: FormField): unknown {
  const key = path.at(-1)!;
  return isObject(given) && Object.hasOwn(given, key) ? given[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
