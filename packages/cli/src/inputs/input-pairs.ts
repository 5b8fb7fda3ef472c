/** `--input key=value`, many times: dotted keys go inward, a key given again makes a list. */
import { FlowError, type JsonSchema, schemaAlternatives, schemasAt } from "millrace";
import { isChatMessage, userMessage } from "./chat-message.js";
import { typedText } from "./typed-text.js";

type Place = Record<string, unknown> | unknown[];

/**
 * Puts the pairs over what there is.
 * @throws {FlowError} CLI_USAGE_INVALID – one is no `key=value`, or goes through what is no object or list
 */
export function withPairs(given: object, pairs: readonly string[], schema: JsonSchema | undefined): object {
  const root = structuredClone(given) as Record<string, unknown>;
  const values = new Map<string, string[]>();
  for (const pair of pairs) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (key === undefined || value === undefined) throw noPair(pair);
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  for (const [key, texts] of values) put(root, key, { texts, schema });
  return root;
}

function put(
  root: Record<string, unknown>,
  key: string,
  { texts, schema }: { texts: readonly string[]; schema: JsonSchema | undefined },
): void {
  const isOwn = schema?.properties && Object.hasOwn(schema.properties, key);
  const path = isOwn ? [key] : key.split(".");
  let place: Place = root;
  let schemas = schema ? schemaAlternatives(schema, schema) : [];
  for (const [i, part] of path.entries()) {
    schemas = schema ? schemasAt(schemas, part, schema) : [];
    if (i === path.length - 1) set(place, part, typedValue(texts, schemas, schema));
    else place = inward(place, part, { key, next: path[i + 1]!, isList: schemas.some(isArray) });
  }
}

function typedValue(texts: readonly string[], schemas: readonly JsonSchema[], root: JsonSchema | undefined): unknown {
  const [text = "", ...more] = texts;
  const isMessage = more.length === 0 && !/^\s*\{/.test(text) && schemas.some((schema) => isChatMessage(schema, root));
  if (isMessage) return userMessage(text);
  if (!schemas.some(isArray))
    return more.length === 0 ? typedText(text, schemas) : texts.map((one) => typedText(one, []));
  const whole = more.length === 0 ? typedText(text, schemas) : undefined;
  if (Array.isArray(whole)) return whole;
  const elements = root ? schemas.flatMap(({ items }) => schemaAlternatives(items, root)) : [];
  return texts.map((one) => typedText(one, elements));
}

const isArray = ({ type }: JsonSchema): boolean => type === "array";

interface Step {
  readonly key: string;
  readonly next: string;
  readonly isList: boolean;
}

function inward(place: Place, part: string, { key, next, isList }: Step): Place {
  const there = Object.hasOwn(place, part) ? (place as Record<string, unknown>)[part] : undefined;
  if (there === undefined) {
    const made: Place = isList && /^\d+$/.test(next) ? [] : {};
    set(place, part, made);
    return made;
  }
  if (typeof there === "object" && there !== null) return there as Place;
  throw new FlowError("CLI_USAGE_INVALID", `--input ${key}=… goes through "${part}", which is no object.`, {
    hint: "Give the whole value as JSON, or other keys.",
  });
}

/** As an own property, whatever its name is. */
function set(place: Place, key: string, value: unknown): void {
  Object.defineProperty(place, key, { value, enumerable: true, writable: true, configurable: true });
}

function noPair(pair: string): FlowError {
  return new FlowError("CLI_USAGE_INVALID", `"${pair}" is no key=value.`, {
    hint: "Write --input topic=rivers; --inputs takes a whole object as JSON.",
  });
}
