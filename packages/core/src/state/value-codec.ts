/**
 * Finished values as text for stores, and back. Most are plain JSON and written as that; the others (Date, Map, Set, URL,
 * BigInt, typed arrays, undefined, NaN, -0) by devalue, marked by a `~` in front, which no JSON text begins with.
 */
import { parse, stringify } from "devalue";
import { FlowError } from "../errors/index.js";
import { defineOwn } from "./containers.js";
import { markFinished, sealShallow } from "./finished.js";
import { isObject, kindOf } from "./kinds.js";

const mark = "~";

/**
 * A finished value as text.
 * @throws {FlowError} STATE_NOT_SERIALIZABLE – it can't be stored
 * @example
 * encodeValue({ at: new Date(0) }); // '~[{"at":1},["Date","1970-01-01T00:00:00.000Z"]]'
 */
export function encodeValue(value: unknown): string {
  try {
    return isPlain(value) ? JSON.stringify(value) : mark + stringify(value, reducers);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FlowError("STATE_NOT_SERIALIZABLE", `A value can't be stored: ${why}`, {
      hint: "Keep plain data: objects, arrays, Map, Set, Date, URL, BigInt, typed arrays and primitives.",
      cause,
    });
  }
}

/** The value that a text of `encodeValue` stands for, finished and deeply frozen. Throws on a damaged text. */
export function decodeValue(text: string): unknown {
  return finishParsed(text.startsWith(mark) ? parse(text.slice(mark.length), revivers) : JSON.parse(text));
}

/** What devalue refuses, objects with a key named `__proto__`, and what it would bring back as something else, Buffers. */
const reducers = {
  Entries: (value: unknown) => isObject(value) && Object.hasOwn(value, "__proto__") && Object.entries(value),
  Buffer: (value: unknown) => Buffer.isBuffer(value) && [value.toString("base64")],
};

const revivers = {
  Entries: (entries: readonly [string, unknown][]) => {
    const object = {};
    for (const [key, value] of entries) defineOwn(object, key, value);
    return object;
  },
  Buffer: ([text]: readonly [string]) => Buffer.from(text, "base64"),
};

/** Whether JSON says all that there is to say of a value. */
function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    case "object":
      return value === null || isPlainObject(value);
    default:
      return false;
  }
}

function isPlainObject(value: object): boolean {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) if (!isPlain(value[index])) return false;
    return true;
  }
  if (kindOf(value) !== "object") return false;
  for (const key in value) if (!isPlain((value as Record<string, unknown>)[key])) return false;
  return true;
}

/** Marks and freezes what was just parsed; nobody else holds it. */
function finishParsed(value: unknown): unknown {
  if (!isObject(value) || Object.isFrozen(value)) return value;
  if (value instanceof Map) {
    for (const item of value.values()) finishParsed(item);
  } else if (Array.isArray(value)) {
    for (const item of value) finishParsed(item);
  } else if (kindOf(value) === "object") {
    for (const item of Object.values(value)) finishParsed(item);
  } else if (!(value instanceof Set)) return value;
  markFinished(value);
  sealShallow(value);
  return value;
}
