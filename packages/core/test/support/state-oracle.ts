/**
 * What a state must come to, told without patches: plain copies, a comparison text, and the merge of three values by
 * content. Two changes of one leaf, or of an array's length and anything else in it, can't be merged.
 */
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";

/** A deep copy of a state or a draft as a tree: what was shared is copied twice, a hole becomes `undefined`. */
export function plainCopy<T>(value: T): T {
  return copyOf(value) as T;
}

function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Array.from(value, copyOf);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, copyOf(item)]));
  if (value instanceof Set) return new Set(value);
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof URL) return new URL(value.href);
  if (ArrayBuffer.isView(value)) return (value as Uint8Array).slice();
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)]));
}

/** A value as text, every kind told apart. Unless `ordered`, keys and members are sorted. */
export function printed(value: unknown, { ordered = false } = {}): string {
  const list = (items: Iterable<string>) => (ordered ? [...items] : [...items].sort()).join();
  const print = (item: unknown): string => {
    if (typeof item === "bigint") return `${item}n`;
    if (Object.is(item, -0)) return "-0";
    if (typeof item !== "object" || item === null) return typeof item === "string" ? JSON.stringify(item) : `${item}`;
    if (Array.isArray(item)) return `[${Array.from(item, print).join()}]`;
    if (item instanceof Map) return `Map{${list([...item].map(([key, of]) => `${print(key)}=>${print(of)}`))}}`;
    if (item instanceof Set) return `Set{${list([...item].map(print))}}`;
    if (item instanceof Date) return `Date(${item.getTime()})`;
    if (item instanceof URL) return `URL(${item.href})`;
    if (ArrayBuffer.isView(item)) return `${item.constructor.name}(${[...(item as Uint8Array)].map(print)})`;
    if (item instanceof ArrayBuffer) return `ArrayBuffer(${[...new Uint8Array(item)]})`;
    return `{${list(Object.entries(item).map(([key, of]) => `${JSON.stringify(key)}:${print(of)}`))}}`;
  };
  return print(value);
}

export const overlap = Symbol("overlap");

/** What stands at a key that is not there. */
const absent = Symbol("absent");

/** Theirs with what mine changed of the base; `overlap` where both changed the same. */
export function threeWay(base: unknown, mine: unknown, theirs: unknown): unknown {
  if (isDeepStrictEqual(mine, base)) return theirs;
  if (isDeepStrictEqual(theirs, base)) return mine;
  const all = [base, mine, theirs];
  try {
    if (all.every(Array.isArray)) return arrays(base as unknown[], mine as unknown[], theirs as unknown[]);
    if (all.every((value) => value instanceof Set)) return sets(base as never, mine as never, theirs as never);
    if (all.every((value) => value instanceof Map)) return maps(base as never, mine as never, theirs as never);
    if (all.every(isRecord)) {
      const [b, m, t] = all.map((value) => new Map(Object.entries(value as object)));
      return Object.fromEntries(maps(b!, m!, t!));
    }
  } catch (thrown) {
    if (thrown !== overlap) throw thrown;
  }
  return overlap;
}

function child(base: unknown, mine: unknown, theirs: unknown): unknown {
  const merged = threeWay(base, mine, theirs);
  if (merged === overlap) throw overlap;
  return merged;
}

function arrays(base: unknown[], mine: unknown[], theirs: unknown[]): unknown[] {
  if (mine.length < base.length || theirs.length < base.length) throw overlap;
  const merged = base.map((item, index) => child(item, mine[index], theirs[index]));
  return [...merged, ...theirs.slice(base.length), ...mine.slice(base.length)];
}

function sets(base: Set<unknown>, mine: Set<unknown>, theirs: Set<unknown>): Set<unknown> {
  const merged = new Set(theirs);
  for (const item of base) if (!mine.has(item)) merged.delete(item);
  for (const item of mine) if (!base.has(item)) merged.add(item);
  return merged;
}

function maps(base: Map<unknown, unknown>, mine: Map<unknown, unknown>, theirs: Map<unknown, unknown>) {
  const merged = new Map<unknown, unknown>();
  for (const key of new Set([...theirs.keys(), ...mine.keys()])) {
    const at = (map: Map<unknown, unknown>) => (map.has(key) ? map.get(key) : absent);
    const value = child(at(base), at(mine), at(theirs));
    if (value !== absent) merged.set(key, value);
  }
  // A key that both deleted is in neither: that is one place written twice.
  for (const key of base.keys()) if (!mine.has(key) && !theirs.has(key)) throw overlap;
  return merged;
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Every object and array inside is frozen, every Map and Set locked. */
export function expectFrozen(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Map) {
    expect(() => value.set("more", 1)).toThrow();
    for (const item of value.values()) expectFrozen(item);
  } else if (value instanceof Set) expect(() => value.add("more")).toThrow();
  else if (Array.isArray(value) || isRecord(value)) {
    expect(Object.isFrozen(value)).toBe(true);
    for (const item of Object.values(value)) expectFrozen(item);
  }
}
