/**
 * Which keys were removed, kept and added between two lists of keys. A key that was taken out and put in again stands
 * later than it did: it counts as removed and added, so that patches bring back the same order.
 */
import { sameKey } from "./paths.js";

export interface KeyChanges<K> {
  readonly removed: readonly K[];
  readonly kept: readonly K[];
  readonly added: readonly K[];
}

/** @param placeless Tells keys whose place does not depend on when they were added. */
export function keyChanges<K>(
  before: readonly K[],
  after: readonly K[],
  placeless: (key: K) => boolean = () => false,
): KeyChanges<K> {
  const had = new Set(before);
  const has = new Set(after);
  const removed = new Set(before.filter((key) => !has.has(key)));
  const kept: K[] = [];
  const added: K[] = [];
  let next = 0;
  let newBefore = false;
  for (const key of after) {
    if (had.has(key) && newBefore && !placeless(key)) removed.add(key);
    if (!had.has(key) || removed.has(key)) {
      added.push(key);
      newBefore ||= !placeless(key);
      continue;
    }
    // Those that stood between the last kept key and this one come later now.
    for (; !sameKey(before[next], key); next++) removed.add(before[next] as K);
    next++;
    kept.push(key);
  }
  return { removed: [...removed], kept, added };
}

/** An object's keys that are numbers stand first, by size. */
export function isIndexKey(key: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;
}

/** Whether an object has exactly these keys, in this order. */
export function hasKeys(object: object, keys: readonly string[]): boolean {
  let index = 0;
  for (const key in object) if (key !== keys[index++]) return false;
  return index === keys.length;
}

export function sameOrder(a: Iterator<unknown>, b: Iterator<unknown>): boolean {
  for (let next = a.next(); !next.done; next = a.next()) {
    const other = b.next();
    if (other.done || !sameKey(next.value, other.value)) return false;
  }
  return b.next().done === true;
}
