/**
 * Places inside containers: a key of a plain object, an index of an array, a key of a Map. Keys are own keys only, and
 * a key named `__proto__` is a key like any other.
 */
import { isObject } from "./kinds.js";
import type { PathKey, StatePath } from "./types.js";

export type Container = Record<string, unknown> | unknown[] | Map<PathKey, unknown>;

/** What stands at a place; undefined also where there is no such place. */
export function readKey(container: unknown, key: PathKey): unknown {
  if (!isObject(container)) return undefined;
  if (container instanceof Map) return container.get(key);
  return Object.hasOwn(container, key as string) ? (container as Record<string, unknown>)[key as string] : undefined;
}

export function hasKey(container: unknown, key: PathKey): boolean {
  if (!isObject(container)) return false;
  return container instanceof Map ? container.has(key) : Object.hasOwn(container, key as string);
}

export function writeKey(container: Container, key: PathKey, value: unknown): void {
  if (container instanceof Map) container.set(key, value);
  else if (key === "__proto__") defineOwn(container, key, value);
  else (container as Record<string, unknown>)[key as string] = value;
}

export function deleteKey(container: Container, key: PathKey): void {
  if (container instanceof Map) container.delete(key);
  else delete (container as Record<string, unknown>)[key as string];
}

export function defineOwn(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

export function readPath(root: unknown, path: StatePath): unknown {
  let value = root;
  for (const key of path) value = readKey(value, key);
  return value;
}
