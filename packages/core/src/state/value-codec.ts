/**
 * Finished values as text for stores, and back. Most are plain JSON and written as that. What JSON can't say (Date, Map, Set,
 * URL, BigInt, typed arrays, undefined, NaN, -0) is written by devalue where it stands, as `{"~": text}`; a text that holds
 * such places has a `~` in front, which no JSON text begins with.
 */
import { parse, stringify } from "devalue";
import { FlowError } from "../errors/index.js";
import { defineOwn } from "./containers.js";
import { markFinished, sealShallow } from "./finished.js";
import { isObject, kindOf } from "./kinds.js";

const mark = "~";

interface Escaped {
  readonly [mark]: string;
}

/**
 * A finished value as text.
 * @throws {FlowError} STATE_NOT_SERIALIZABLE – it can't be stored
 * @example
 * encodeValue([1, undefined]); // '~[1,{"~":"-1"}]'
 */
export function encodeValue(value: unknown): string {
  try {
    const escaped = escapeValue(value);
    return escaped === value ? JSON.stringify(value) : mark + JSON.stringify(escaped);
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
  return finishParsed(text.startsWith(mark) ? unescapeValue(JSON.parse(text.slice(mark.length))) : JSON.parse(text));
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

/** The value itself where JSON says all that there is to say of it; else a copy that shares what is plain. */
function escapeValue(value: unknown): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0) ? value : encoded(value);
    case "object":
      if (value === null) return value;
      if (Array.isArray(value)) return escapeArray(value);
      return kindOf(value) === "object" && !Object.hasOwn(value, mark)
        ? escapeObject(value as Record<string, unknown>)
        : encoded(value);
    default:
      return encoded(value);
  }
}

function escapeArray(value: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < value.length; index++) {
    const item = value[index];
    const escaped = escapeValue(item);
    if (escaped === item) continue;
    copy ??= [...value];
    copy[index] = escaped;
  }
  return copy ?? value;
}

function escapeObject(value: Record<string, unknown>): object {
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const item = value[key];
    const escaped = escapeValue(item);
    if (escaped === item) continue;
    copy ??= { ...value };
    copy[key] = escaped;
  }
  return copy ?? value;
}

function encoded(value: unknown): Escaped {
  return { [mark]: stringify(value, reducers) };
}

/** Brings back, in place, what `escapeValue` took out. */
function unescapeValue(value: unknown): unknown {
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, mark)) return parse((value as Escaped)[mark], revivers);
  for (const [key, item] of Object.entries(value)) {
    // An own key, `__proto__` too: assigning to it writes it.
    if (isObject(item)) (value as Record<string, unknown>)[key] = unescapeValue(item);
  }
  return value;
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
