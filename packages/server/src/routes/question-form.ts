/**
 * What a question asks for as the fields of an HTML form, which needs no script, and what a form holds as the answer. A choice that has
 * to be made is made by the button that sends it; what no field can hold is asked for as JSON.
 */
import { html } from "hono/html";
import { decisionField, type JsonSchema, schemaAlternatives } from "millrace";

type Html = ReturnType<typeof html>;
type Kind = "text" | "number" | "integer" | "boolean" | "choice" | "lines" | "json" | "group";

interface Field {
  /** As it is called in the form: `feedback.note`. */
  readonly name: string;
  /** As it is called in its object. */
  readonly key: string;
  readonly title: string;
  readonly kind: Kind;
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly choices: readonly unknown[];
  readonly fields: readonly Field[];
}

/** Objects in objects deeper than this are asked for as JSON. */
const deepest = 4;
const mostButtons = 12;

/** @param given What was typed before, and did not fit. @param only The only one of the choices that may be made. */
export function formFields(schema: unknown, { given, only }: { given?: URLSearchParams; only?: string }): Html {
  const { fields, decided } = formOf(schema as JsonSchema);
  const typed = (name: string) => given?.get(name) ?? "";
  const inputs = fields.map((field) => (field === decided ? "" : fieldHtml(field, typed)));
  if (!decided) return html`${inputs}<p><button>Send</button></p>`;
  const choices = decided.choices.filter((choice) => only === undefined || choice === only);
  return html`${inputs}
    <p>${choices.map((one) => html`<button name="${decided.name}" value="${String(one)}">${choiceText(one)}</button> `)}</p>`;
}

export function formAnswer(schema: unknown, form: URLSearchParams): unknown {
  const root = schema as JsonSchema;
  const { fields } = formOf(root);
  return root.type === "object" && root.properties ? objectOf(fields, form) : answerIn(fields[0]!, form);
}

/** `decided`: the one whose choices are buttons. */
function formOf(root: JsonSchema): { readonly fields: readonly Field[]; readonly decided: Field | undefined } {
  const whole = fieldOf(root, { root, path: [], required: true });
  const fields = whole.kind === "group" ? whole.fields : [{ ...whole, name: "value", title: "Answer" }];
  const sole = whole.kind === "group" ? (decisionField(root) ?? "outcome") : whole.key;
  const decided = fields.find(({ key, required }) => key === sole && required);
  return {
    fields,
    decided: decided && decided.choices.length > 0 && decided.choices.length <= mostButtons ? decided : undefined,
  };
}

interface Place {
  readonly root: JsonSchema;
  readonly path: readonly string[];
  readonly required: boolean;
}

function fieldOf(given: JsonSchema, { root, path, required }: Place): Field {
  const [schema = {}, ...others] = schemaAlternatives(given, root).filter(({ type }) => type !== "null");
  const constants = [schema, ...others].flatMap((one) => one.enum ?? (one.const === undefined ? [] : [one.const]));
  const key = path.at(-1) ?? "";
  const title = given.title ?? schema.title ?? given.description ?? schema.description ?? key;
  const about = { name: path.join("."), key, title, required: required && given.default === undefined, schema };
  const leaf = (kind: Kind, choices: readonly unknown[] = []): Field => ({ ...about, kind, choices, fields: [] });
  if (constants.length > others.length) return leaf("choice", constants);
  if (others.length > 0) return leaf("json");
  if (schema.type === "boolean") return leaf("boolean", [true, false]);
  if (schema.type === "string") return leaf("text");
  if (schema.type === "number" || schema.type === "integer") return leaf(schema.type);
  if (schema.type === "array" && schema.items?.type === "string" && !schema.prefixItems) return leaf("lines");
  if (schema.type !== "object" || !schema.properties || path.length >= deepest) return leaf("json");
  const needed = new Set(schema.required);
  const fields = Object.entries(schema.properties).map(([name, one]) =>
    fieldOf(one, { root, path: [...path, name], required: needed.has(name) }),
  );
  return { ...about, kind: "group", choices: [], fields };
}

function fieldHtml(field: Field, typed: (name: string) => string): Html {
  const { name, title, kind, required, choices, fields } = field;
  const needed = required ? html` required` : "";
  const label = html`${title}${kind === "lines" ? " (one in each line)" : kind === "json" && title !== "Answer" ? " (JSON)" : ""}`;
  if (kind === "group")
    return html`<fieldset><legend>${title}</legend>${fields.map((one) => fieldHtml(one, typed))}</fieldset>`;
  const told = typed(name);
  if (choices.length > 0) {
    const options = choices.map((choice) => {
      const chosen = told === String(choice) ? html` selected` : "";
      return html`<option value="${String(choice)}"${chosen}>${choiceText(choice)}</option>`;
    });
    return html`<p><label>${label}<br /><select name="${name}"${needed}><option value=""></option>${options}</select></label></p>`;
  }
  if (kind === "number" || kind === "integer") {
    const step = kind === "integer" ? "1" : "any";
    return html`<p><label>${label}<br /><input type="number" step="${step}" name="${name}" value="${told}"${needed} /></label></p>`;
  }
  return html`<p><label>${label}<br /><textarea name="${name}"${needed}>${told}</textarea></label></p>`;
}

const choiceText = (choice: unknown): string => (choice === true ? "Yes" : choice === false ? "No" : String(choice));

function objectOf(fields: readonly Field[], form: URLSearchParams): Readonly<Record<string, unknown>> | undefined {
  const entries = fields.map((field) => [field.key, answerIn(field, form)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Undefined: nothing was given, and nothing need be. What does not fit is left for the check to refuse. */
function answerIn({ name, kind, required, choices, fields }: Field, form: URLSearchParams): unknown {
  if (kind === "group") {
    const made = objectOf(fields, form);
    return required || Object.keys(made ?? {}).length > 0 ? made : undefined;
  }
  // browsers send the ends of lines as CR LF
  const text = form.get(name)?.replaceAll("\r\n", "\n");
  if (text === undefined || (text === "" && !required)) return undefined;
  if (choices.length > 0) return choices.find((choice) => String(choice) === text) ?? text;
  if (kind === "number" || kind === "integer")
    return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
  if (kind === "lines") return text.split("\n").filter((line) => line !== "");
  return kind === "json" ? jsonOrText(text) : text;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
