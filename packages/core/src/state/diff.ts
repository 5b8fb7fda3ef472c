/**
 * What a call changed: the patches that lead from the state that it began with to the one that it left. Equal references
 * are skipped, so the cost is that of the changed containers, not of the state.
 */
import type { Edits } from "./drafts.js";
import { finishForState, finishMember, refuseSparse } from "./finish-value.js";
import { keyChanges } from "./key-order.js";
import { equalValues, isObject, kindOf } from "./kinds.js";
import { explainRevoked } from "./not-storable.js";
import type { PathKey, StatePatch } from "./types.js";

export interface Difference {
  readonly patches: readonly StatePatch[];
  /** Patches that put another element into an array: towards other calls they wrote the whole array. */
  readonly elementSets: ReadonlySet<StatePatch> | undefined;
}

/** @param edits Undefined: nothing but the root was edited in place. */
export function diffStates(base: object, result: object, edits: Edits | undefined): Difference {
  const diff = new Diff();
  diff.run(base, result, edits);
  return diff;
}

class Diff implements Difference {
  readonly patches: StatePatch[] = [];
  elementSets: Set<StatePatch> | undefined;
  readonly #path: PathKey[] = [];

  run(base: object, result: object, edits: Edits | undefined): void {
    try {
      this.edited(base, result, edits);
    } catch (error) {
      throw explainRevoked(error, { where: "the state", path: this.#path });
    }
  }

  /** Two containers of one kind, the second made from the first by edits in place. */
  edited(base: object, result: object, edits: Edits | undefined): void {
    if (Array.isArray(base)) this.#arrays(base, result as unknown[], edits);
    else if (base instanceof Set) this.#sets(base, result as Set<PathKey>);
    else if (base instanceof Map) this.#maps(base, result as Map<PathKey, unknown>, edits);
    else this.#objects(base as Record<string, unknown>, result as Record<string, unknown>, edits);
  }

  #objects(base: Record<string, unknown>, result: Record<string, unknown>, edits: Edits | undefined): void {
    const before = Object.keys(base);
    const after = Object.keys(result);
    let kept: readonly string[] = after;
    let added: readonly string[] = [];
    if (!sameList(before, after)) {
      const changes = keyChanges(before, after);
      for (const key of changes.removed) this.#delete(key);
      ({ kept, added } = changes);
    }
    for (const key of kept) if (!Object.is(base[key], result[key])) this.#child(key, [base[key], result[key]], edits);
    for (const key of added) this.#set(key, result[key]);
  }

  #maps(base: Map<PathKey, unknown>, result: Map<PathKey, unknown>, edits: Edits | undefined): void {
    const { removed, kept, added } = keyChanges([...base.keys()], [...result.keys()]);
    for (const key of removed) this.#delete(key);
    for (const key of kept) {
      const pair = [base.get(key), result.get(key)] as const;
      if (!Object.is(pair[0], pair[1])) this.#child(key, pair, edits);
    }
    for (const key of added) this.#set(finishMember(key, this.#path), result.get(key));
  }

  #sets(base: Set<unknown>, result: Set<unknown>): void {
    const { removed, added } = keyChanges([...base], [...result]);
    if (removed.length === 0 && added.length === 0) return;
    const add = added.map((value) => finishMember(value, this.#path));
    this.patches.push({ op: "members", path: [...this.#path], add, remove: removed });
  }

  /** One place whose value is another now. */
  #child(key: PathKey, [before, after]: readonly [unknown, unknown], edits: Edits | undefined): void {
    if (!isObject(before) || !isObject(after)) return this.#set(key, after);
    this.#path.push(key);
    const inside = edits?.get(key);
    if (!sameKind(before, after)) this.#setHere(after);
    else if (inside !== undefined) this.edited(before, after, inside);
    else if (Array.isArray(before)) this.#arrays(before, after as unknown[], undefined);
    else if (!equalValues(before, after)) this.#setHere(after);
    this.#path.pop();
  }

  /**
   * Elements that were edited in place and elements appended are told one by one. Anything else changed the array as
   * such: few elements replaced are still written one by one, more of them, or another order or length, as a whole.
   */
  #arrays(base: readonly unknown[], result: readonly unknown[], edits: Edits | undefined): void {
    if (result.length < base.length) return this.#setHere(result);
    const replaced: number[] = [];
    const editedInside: number[] = [];
    for (let index = 0; index < base.length; index++) {
      const before = base[index];
      const after = result[index];
      if (before === after || Object.is(before, after)) continue;
      if (edits?.get(index) !== undefined && isObject(before) && isObject(after) && sameKind(before, after))
        editedInside.push(index);
      else if (!equalValues(before, after)) replaced.push(index);
    }
    if (replaced.length * 4 > base.length + 3) return this.#setHere(result);
    for (const index of editedInside) this.#child(index, [base[index], result[index]], edits);
    for (const index of replaced) {
      this.#set(index, result[index]);
      this.elementSets ??= new Set();
      this.elementSets.add(this.patches.at(-1) as StatePatch);
    }
    if (result.length > base.length) this.#append(result, base.length);
  }

  #append(result: readonly unknown[], from: number): void {
    refuseSparse(result, from, this.#path);
    const values: unknown[] = [];
    for (let index = from; index < result.length; index++) {
      this.#path.push(index);
      values.push(finishForState(result[index], this.#path));
      this.#path.pop();
    }
    this.patches.push({ op: "append", path: [...this.#path], values });
  }

  #set(key: PathKey, value: unknown): void {
    this.#path.push(key);
    this.#setHere(value);
    this.#path.pop();
  }

  #setHere(value: unknown): void {
    this.patches.push({ op: "set", path: [...this.#path], value: finishForState(value, this.#path) });
  }

  #delete(key: PathKey): void {
    this.patches.push({ op: "delete", path: [...this.#path, key] });
  }
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/** Only values of one kind can have become each other by edits inside. */
function sameKind(a: object, b: object): boolean {
  return kindOf(a) === kindOf(b);
}
