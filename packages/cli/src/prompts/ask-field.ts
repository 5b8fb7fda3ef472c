/** Asks for the value of one field, until there is one that fits. */
import { fromJson, type JsonSchema } from "millrace";
import { z } from "zod";
import { userMessage } from "../inputs/chat-message.js";
import { type FormField, fieldsOf, formField } from "./form-field.js";
import type { Choice, PromptSession } from "./prompt-session.js";

/** What is wrong with a value at a place, by a schema that knows more than JSON Schema can say. */
export type CheckValue = (path: readonly string[], value: unknown) => string | undefined;

export interface AskContext {
  readonly session: PromptSession;
  /** For references. */
  readonly root: JsonSchema;
  /** @default what JSON Schema says */
  readonly check?: CheckValue;
}

/** Undefined: it was left out. */
export async function askField(field: FormField, context: AskContext): Promise<unknown> {
  const { session, root } = context;
  switch (field.kind) {
    case "boolean": {
      if (field.required || field.default !== undefined) return session.confirm(asked(field), field.default === true);
      const choices: Choice<boolean | undefined>[] = [yes, no, { value: undefined, label: "(leave out)" }];
      return session.choose(asked(field), choices);
    }
    case "choice":
      return askChoice(field, session);
    case "list":
      return askList(field, context);
    case "object":
      if (!field.required && !(await session.confirm(`Fill in ${asked(field)}?`, false))) return undefined;
      return askObject(field.fields, context);
    case "variant": {
      const choices = field.variants.map(({ name, schema }) => ({ value: schema, label: name }));
      const schema = await session.choose(asked(field), choices);
      return askObject(fieldsOf(schema, { path: field.path, root }), context);
    }
    default:
      return askTyped(field, context);
  }
}

/** An object of what its fields are given, those left out missing. */
export async function askObject(fields: readonly FormField[], context: AskContext): Promise<Record<string, unknown>> {
  const value: Record<string, unknown> = {};
  for (const field of fields) {
    const held = field.schema.const ?? (await askField(field, context));
    if (held !== undefined) value[field.path.at(-1)!] = held;
  }
  return value;
}

const yes = { value: true, label: "yes" };
const no = { value: false, label: "no" };

async function askChoice(field: FormField & { kind: "choice" }, session: PromptSession): Promise<unknown> {
  const choices: Choice<unknown>[] = field.choices.map((value) => ({ value, label: String(value) }));
  if (field.default !== undefined) return session.choose(asked(field), choices, field.default);
  if (!field.required) choices.push({ value: undefined, label: "(leave out)" });
  return session.choose(asked(field), choices);
}

async function askList(field: FormField & { kind: "list" }, context: AskContext): Promise<unknown> {
  const { session, root } = context;
  const { element, least, most, path, required } = field;
  const one = (i: number) => formField(element, { path: [...path, String(i)], required: true, root });
  const first = one(0);
  if (first.kind === "choice") {
    const choices = first.choices.map((value) => ({ value, label: String(value) }));
    const chosen = await session.chooseSeveral(asked(field), choices, least > 0);
    return chosen.length === 0 && !required ? undefined : chosen;
  }
  const values: unknown[] = [];
  const typed = first.kind !== "object" && first.kind !== "variant" && first.kind !== "list";
  while (values.length < most) {
    const enough = values.length >= least;
    const next = one(values.length);
    const title = `${asked(field)} (${values.length + 1}${typed && enough ? ", empty to end" : ""})`;
    if (!typed && enough && !(await session.confirm(`Add to ${asked(field)}?`, false))) break;
    const value = await askField({ ...next, title, required: !typed || !enough, description: undefined }, context);
    if (value === undefined) break;
    values.push(value);
  }
  return values.length === 0 && !required ? undefined : values;
}

async function askTyped(field: FormField, context: AskContext): Promise<unknown> {
  const { kind, default: preset, required } = field;
  const placeholder = preset !== undefined ? shown(preset) : required ? undefined : "leave empty to leave out";
  const typed = await context.session.text({
    message: asked(field),
    secret: kind === "secret",
    ...(placeholder !== undefined && kind !== "secret" && { placeholder }),
    validate: (text) => {
      if (text === "" && (!required || preset !== undefined)) return undefined;
      const value = typedValue(text, field);
      return value === undefined
        ? `This is no ${kind === "integer" ? "whole number" : kind}.`
        : problemOf(value, field, context);
    },
  });
  // left empty, the schema's own default applies
  return typed === "" && (!required || preset !== undefined) ? undefined : typedValue(typed, field);
}

/** Undefined: the text is nothing of this kind. */
function typedValue(text: string, { kind }: FormField): unknown {
  if (kind === "text" || kind === "secret") return text;
  if (kind === "message") return userMessage(text);
  if (kind === "json") return asJson(text);
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isNaN(number) || (kind === "integer" && !Number.isInteger(number)) ? undefined : number;
}

/** Text that is no JSON stands for itself. */
function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function problemOf(value: unknown, { path, schema }: FormField, { check, root }: AskContext): string | undefined {
  if (check) return check(path, fromJson(value, schema));
  try {
    const whole = { ...schema, $defs: root.$defs } as Parameters<typeof z.fromJSONSchema>[0];
    return z.fromJSONSchema(whole).safeParse(value).error?.issues[0]?.message;
  } catch {
    // a schema that zod can't read back: whoever takes the value checks it
    return undefined;
  }
}

function asked({ title, path, description, required, default: preset }: FormField): string {
  const name = title || path.join(".") || "value";
  const about = description && description.length > 120 ? `${description.slice(0, 119)}…` : description;
  return `${name}${required || preset !== undefined ? "" : " (optional)"}${about ? `: ${about}` : ""}`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
