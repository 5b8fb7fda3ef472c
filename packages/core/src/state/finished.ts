/**
 * Finished values are those that this package made: deep copies of what an author gave, storable, and frozen when they leave.
 * A private field marks each of their objects and collections, so that a finished value is known in O(1), used again
 * without a copy, and its mark is seen by nobody (a WeakSet would cost 30 times as much).
 *
 * The live state stays open until it is handed out (`seal`): V8 copies a frozen array 50 times slower than an open one and
 * a frozen object five times, and each step that changes one copies it. Nobody but this folder holds it while it is open.
 */
import { FlowError } from "../errors/index.js";
import { isObject } from "./kinds.js";

class Given {
  constructor(value: object) {
    // biome-ignore lint/correctness/noConstructorReturn: a subclass's private fields are added to what is returned here
    return value;
  }
}

class Mark extends Given {
  #sealed = false;

  static has(value: object): boolean {
    return #sealed in value;
  }

  static isSealed(value: object): boolean {
    return #sealed in value && value.#sealed;
  }

  static seal(value: object): void {
    if (#sealed in value) value.#sealed = true;
  }
}

/** Marks a new object as finished. Once per object, before it is frozen. */
export function markFinished(value: object): void {
  new Mark(value);
}

export function isFinished(value: object): boolean {
  return Mark.has(value);
}

export function isSealed(value: object): boolean {
  return Mark.isSealed(value);
}

/** Freezes a finished value deeply and locks its Maps and Sets. Costs what is new since it was last sealed. */
export function seal<T>(value: T): T {
  if (!isObject(value) || Mark.isSealed(value)) return value;
  if (Array.isArray(value)) for (const item of value) seal(item);
  else if (value instanceof Map) for (const item of value.values()) seal(item);
  else if (Object.getPrototypeOf(value) === Object.prototype) for (const item of Object.values(value)) seal(item);
  sealShallow(value);
  return value;
}

/** The same for a value whose children are sealed. A Date, URL or typed array can't be frozen and stays as it is. */
export function sealShallow(value: object): void {
  Mark.seal(value);
  if (value instanceof Map || value instanceof Set) Object.freeze(Object.defineProperties(value, locked));
  else if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) Object.freeze(value);
}

function refuse(): never {
  throw new FlowError("STATE_READONLY", "This Map or Set is a finished value and can't be changed.", {
    hint: "Change the state through `this.state` inside a step, or work on a copy: `new Map(value)`.",
  });
}

const locked: PropertyDescriptorMap = Object.fromEntries(
  ["set", "add", "delete", "clear"].map((method) => [method, { value: refuse }]),
);
