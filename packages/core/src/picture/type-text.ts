/** A schema as one would write its type: `{ topic: string, rounds?: number }`. */
import type { z } from "zod";

const most = 600;
const deepest = 5;
const widest = 16;

interface Json {
  readonly [keyword: string]: unknown;
}

/** Undefined where nothing can be said of it. `io`: what is handed in, or what comes of it. */
export function typeText(schema: z.ZodType | undefined, io: "input" | "output" = "input"): string | undefined {
  if (!schema) return undefined;
  try {
    return jsonTypeText(schema.toJSONSchema({ io, unrepresentable: "any" }) as Json);
  } catch {
    return undefined;
  }
}

/** The same of JSON Schema. */
export function jsonTypeText(schema: Json | boolean): string {
  const text = words(schema, 0);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

function words(json: Json | boolean, depth: number): string {
  if (typeof json === "boolean") return json ? "unknown" : "never";
  if (depth > deepest) return "…";
  const inside = (part: unknown) => words(part as Json, depth + 1);
  const { type, enum: values, anyOf, oneOf, allOf } = json;
  if ("not" in json) return "never";
  if ("const" in json) return JSON.stringify(json.const);
  if (Array.isArray(values)) return listed(values.map((value) => JSON.stringify(value)));
  const either = anyOf ?? oneOf;
  if (Array.isArray(either)) return listed([...new Set(either.map(inside))]);
  if (Array.isArray(allOf)) return allOf.map((part) => grouped(inside(part))).join(" & ");
  if (Array.isArray(type)) return listed(type.map((each) => inside({ ...json, type: each })));
  if (type === "array") return arrayWords(json, inside);
  if (type === "object") return objectWords(json, inside);
  if (typeof json.$ref === "string") return json.$ref === "#" ? "…" : json.$ref.replace(/^.*\//, "");
  return type === "integer" ? "number" : typeof type === "string" ? type : "unknown";
}

function arrayWords({ prefixItems, items }: Json, inside: (part: unknown) => string): string {
  if (!Array.isArray(prefixItems)) return `${grouped(items === undefined ? "unknown" : inside(items))}[]`;
  const rest = items && typeof items === "object" ? [`...${grouped(inside(items))}[]`] : [];
  return `[${[...prefixItems.map(inside), ...rest].join(", ")}]`;
}

function objectWords({ properties, required, additionalProperties }: Json, inside: (part: unknown) => string): string {
  const needed = new Set(Array.isArray(required) ? required : []);
  const entries = Object.entries((properties ?? {}) as Json);
  const told = entries
    .slice(0, widest)
    .map(([key, part]) => `${keyText(key)}${needed.has(key) ? "" : "?"}: ${inside(part)}`);
  if (entries.length > widest) told.push("…");
  const others = typeof additionalProperties === "object" ? [`[key: string]: ${inside(additionalProperties)}`] : [];
  const all = [...told, ...others];
  return all.length === 0 ? "{}" : `{ ${all.join(", ")} }`;
}

const keyText = (key: string) => (/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? key : JSON.stringify(key));
const grouped = (text: string) => (/ [|&] /.test(text) && !/^[[{(]/.test(text) ? `(${text})` : text);

function listed(options: readonly string[]): string {
  return options.length > widest ? `${options.slice(0, widest).join(" | ")} | …` : options.join(" | ");
}
