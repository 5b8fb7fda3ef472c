/**
 * What a value can be made of. Whatever `kindOf` does not know (class instances, promises, regular expressions, …) can't
 * be stored. Values of another realm count too (a test runner's sandbox): prototypes are told by their depth.
 */
import { types } from "node:util";

/** Containers have places inside; `date`, `url` and `bytes` are values that are replaced, never changed in place. */
export type Kind = "object" | "array" | "map" | "set" | "date" | "url" | "bytes";

const { getPrototypeOf } = Object;

export function kindOf(value: object): Kind | undefined {
  const proto = getPrototypeOf(value);
  if (proto === Object.prototype || proto === null) return "object";
  if (proto === Array.prototype) return "array";
  const depth = prototypeDepth(proto);
  if (depth === 1) return "object";
  if (depth === 2) {
    if (Array.isArray(value)) return "array";
    if (types.isMap(value)) return "map";
    if (types.isSet(value)) return "set";
    if (types.isDate(value)) return "date";
    if (value instanceof URL) return "url";
    if (types.isArrayBuffer(value)) return "bytes";
  }
  if (types.isTypedArray(value) && (depth === 3 || Buffer.isBuffer(value))) return "bytes";
  return undefined;
}

/** How many prototypes stand in the chain; 5 means five or more. */
function prototypeDepth(proto: object): number {
  let depth = 1;
  for (let next = getPrototypeOf(proto); next !== null && depth < 5; next = getPrototypeOf(next)) depth++;
  return depth;
}

/** A copy of a value that is no container. */
export function copyLeaf(value: object): object {
  if (types.isDate(value)) return new Date(value.getTime());
  if (value instanceof URL) return new URL(value.href);
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  return (value as Uint8Array | ArrayBuffer).slice(0);
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** `Object.is`; Node 20 has been seen to answer true for 0 and -0 when it has optimized the caller. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a !== b) return typeof a === "number" && Number.isNaN(a) && Number.isNaN(b);
  return typeof a !== "number" || a !== 0 || 1 / a === 1 / (b as number);
}

/** Whether two values are the same by content, the order of keys and elements included. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (sameValue(a, b)) return true;
  if (!isObject(a) || !isObject(b)) return false;
  const kind = kindOf(a);
  if (kind === undefined || kind !== kindOf(b)) return false;
  return equalBy[kind](a as never, b as never);
}

const equalBy: Readonly<Record<Kind, (a: never, b: never) => boolean>> = {
  object: (a: Record<string, unknown>, b: Record<string, unknown>) => {
    const keys = Object.keys(a);
    const others = Object.keys(b);
    return (
      keys.length === others.length && keys.every((key, index) => key === others[index] && equalValues(a[key], b[key]))
    );
  },
  array: (a: unknown[], b: unknown[]) => a.length === b.length && a.every((item, index) => equalValues(item, b[index])),
  map: (a: Map<unknown, unknown>, b: Map<unknown, unknown>) => equalValues([...a].flat(1), [...b].flat(1)),
  set: (a: Set<unknown>, b: Set<unknown>) => equalValues([...a], [...b]),
  date: (a: Date, b: Date) => sameValue(a.getTime(), b.getTime()),
  url: (a: URL, b: URL) => a.href === b.href,
  bytes: (a: Uint8Array | ArrayBuffer, b: Uint8Array | ArrayBuffer) =>
    getPrototypeOf(a) === getPrototypeOf(b) && Buffer.from(bytesOf(a)).equals(bytesOf(b)),
};

/** The raw bytes behind a typed array or ArrayBuffer, not copied. */
function bytesOf(value: Uint8Array | ArrayBuffer): Uint8Array {
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
}

/** How to name a value that can't be stored, as in "a function". */
export function describeKind(value: unknown): string {
  if (typeof value === "function")
    return /^class\b/.test(Function.prototype.toString.call(value)) ? "a class" : "a function";
  if (typeof value === "symbol") return "a symbol";
  if (value instanceof Promise) return "a Promise";
  const name = isObject(value) ? getPrototypeOf(value)?.constructor?.name : undefined;
  return name ? `an instance of ${name}` : "an object of an unknown class";
}
