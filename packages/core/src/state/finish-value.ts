/**
 * Makes finished values: deep copies of what an author gave, checked for whether they can be stored. The author's own
 * objects are never frozen or kept. What is finished already is used again; drafts become the values they stand for.
 */
import { current, isDraft, isModified, original } from "immer";
import { defineOwn } from "./containers.js";
import { isFinished, markFinished, seal, sealShallow } from "./finished.js";
import { copyLeaf, describeKind, isObject, kindOf } from "./kinds.js";
import { explainRevoked, foreignDraft, notStorable, symbolKey } from "./not-storable.js";
import type { PathKey } from "./types.js";

/**
 * The finished value of a result, chunk, event or payload: deeply frozen, its own. Call it while the drafts inside are
 * still valid, that is before the call's `finish`.
 *
 * @param where What the value is, as in "the result of step `write`", for the error.
 * @throws {FlowError} STATE_NOT_SERIALIZABLE – a function, class instance, symbol (as a key too) or cycle is inside; `details.path` says where
 */
export function finishValue(value: unknown, where: string): unknown {
  if (isObject(value)) return new Finisher(where, true).finish(value);
  return primitive(value) ? value : new Finisher(where, true).refuse(value);
}

/** The same for a value that goes into the state: its arrays, Maps and Sets stay open (see `finished.ts`), drafts are foreign. */
export function finishForState(value: unknown, path: readonly PathKey[]): unknown {
  if (!isObject(value) && primitive(value)) return value;
  const finisher = new Finisher("the state", false, path);
  return isObject(value) ? finisher.finish(value) : finisher.refuse(value);
}

/** What is hidden (not enumerable) is left out, as by every copy. */
function hasSymbolKey(value: object): boolean {
  const symbols = Object.getOwnPropertySymbols(value);
  return symbols.length > 0 && symbols.some((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol));
}

function primitive(value: unknown): boolean {
  return typeof value !== "function" && typeof value !== "symbol";
}

class Finisher {
  readonly #path: PathKey[];
  /** The objects being copied, outermost first: meeting one of them again is a cycle. */
  readonly #open: object[] = [];

  readonly #where: string;
  readonly #forHandingOut: boolean;

  constructor(where: string, forHandingOut: boolean, path: readonly PathKey[] = []) {
    this.#where = where;
    this.#forHandingOut = forHandingOut;
    this.#path = [...path];
  }

  finish(value: object): unknown {
    try {
      return this.#object(value);
    } catch (error) {
      if (error instanceof RangeError) return this.refuse(value, "an object nested too deeply");
      throw explainRevoked(error, { where: this.#where, path: this.#path });
    }
  }

  refuse(value: unknown, what = describeKind(value)): never {
    throw notStorable(what, { where: this.#where, path: this.#path });
  }

  #value(value: unknown, key: PathKey): unknown {
    if (!isObject(value) && primitive(value)) return value;
    this.#path.push(key);
    const finished = isObject(value) ? this.#object(value) : this.refuse(value);
    this.#path.pop();
    return finished;
  }

  #object(value: object): unknown {
    if (isDraft(value)) return this.#draft(value);
    if (isFinished(value)) return this.#forHandingOut ? seal(value) : value;
    if (this.#open.includes(value)) this.refuse(value, "a cycle");
    this.#open.push(value);
    const copy = this.#copy(value);
    this.#open.pop();
    markFinished(copy);
    if (this.#forHandingOut) sealShallow(copy);
    return copy;
  }

  #draft(value: object): unknown {
    if (!this.#forHandingOut) this.refuse(value, foreignDraft);
    return this.#object(isModified(value) ? current(value) : (original(value) as object));
  }

  #copy(value: object): object {
    switch (kindOf(value)) {
      case "object":
        return this.#plain(value as Record<string, unknown>);
      case "array":
        return this.#array(value as unknown[]);
      case "map":
        return this.#map(value as Map<unknown, unknown>);
      case "set":
        return this.#set(value as Set<unknown>);
      case undefined:
        return this.refuse(value);
      default:
        return copyLeaf(value);
    }
  }

  #plain(value: Record<string, unknown>): object {
    if (hasSymbolKey(value)) this.refuse(value, symbolKey);
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const item = this.#value(value[key], key);
      if (key === "__proto__") defineOwn(copy, key, item);
      else copy[key] = item;
    }
    return copy;
  }

  /** Holes become `undefined`. */
  #array(value: unknown[]): object {
    if (tooSparse(value, 0)) this.refuse(value, "a sparse array");
    const copy: unknown[] = [];
    for (let index = 0; index < value.length; index++) copy.push(this.#value(value[index], index));
    return copy;
  }

  #map(value: Map<unknown, unknown>): object {
    const copy = new Map<unknown, unknown>();
    for (const [key, item] of value) copy.set(key, this.#value(item, this.member(key)));
    return copy;
  }

  #set(value: Set<unknown>): object {
    const copy = new Set<unknown>();
    for (const item of value) copy.add(this.member(item));
    return copy;
  }

  /** A Map's key or a Set's element. */
  member(key: unknown): PathKey {
    if (isObject(key)) this.refuse(key, "an object as a Map's key or a Set's element");
    if (!primitive(key) || key === undefined)
      this.refuse(key, `${describeKind(key)} as a Map's key or a Set's element`);
    return key as PathKey;
  }
}

/** Checks a Map's key or a Set's element of the state: it must be a primitive. */
export function finishMember(member: unknown, path: readonly PathKey[]): PathKey {
  return new Finisher("the state", false, path).member(member);
}

/** Holes are read as `undefined`; but a stray `list[1e9] = x` is a mistake, not a wish for a billion of them. */
export function refuseSparse(array: readonly unknown[], from: number, path: readonly PathKey[]): void {
  if (tooSparse(array, from)) throw notStorable("a sparse array", { where: "the state", path });
}

function tooSparse(array: readonly unknown[], from: number): boolean {
  return array.length - from > 10_000 && Object.keys(array).length * 2 < array.length;
}
