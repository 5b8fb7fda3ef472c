/**
 * What a call changed: the patches that lead from the state that it began with to the one that it left, and that state
 * itself, finished. Equal references are skipped, so the cost is that of the changed containers, not of the state.
 *
 * Containers that were edited in place are immer's own copies, which nobody else holds: they go into the state as they
 * are, with finished values in the places that changed. What an author put there is always copied.
 */
import { defineOwn } from "./containers.js";
import type { ClosedDraft, Edits, KeptArrays } from "./drafts.js";
import { finishForState, finishMember, refuseSparse } from "./finish-value.js";
import { isFinished, isSealed, markFinished } from "./finished.js";
import { hasKeys, isIndexKey, keyChanges, sameOrder } from "./key-order.js";
import { equalValues, isObject, kindOf, sameValue } from "./kinds.js";
import { explainRevoked, notStorable, symbolKey } from "./not-storable.js";
import type { PathKey, StatePatch } from "./types.js";

export interface Difference {
  readonly patches: readonly StatePatch[];
  /** Patches that put another element into an array: towards other calls they wrote the whole array. */
  readonly elementSets: ReadonlySet<StatePatch> | undefined;
  /** What the patches make of the base. */
  readonly root: unknown;
}

type Plain = Record<string, unknown>;

/**
 * @throws {FlowError} STATE_NOT_SERIALIZABLE – what was put into the state can't be stored
 */
export function diffStates(base: object, { result, edits, kept, changed }: ClosedDraft): Difference {
  const diff = new Diff(kept);
  try {
    const root =
      changed === undefined ? diff.edited(base, result, edits) : diff.written(base as Plain, result as Plain, changed);
    return { patches: diff.patches, elementSets: diff.elementSets, root };
  } catch (error) {
    throw explainRevoked(error, { where: "the state", path: diff.path });
  }
}

/** Each method answers the finished value of the place that it looked at. */
class Diff {
  readonly patches: StatePatch[] = [];
  elementSets: Set<StatePatch> | undefined;
  readonly path: PathKey[] = [];
  readonly #kept: KeptArrays | undefined;

  constructor(kept: KeptArrays | undefined) {
    this.#kept = kept;
  }

  /** Keys of the root that were written; nothing else changed. */
  written(base: Plain, result: Plain, keys: readonly string[]): object {
    for (const key of keys) {
      const now = result[key];
      if (!Object.hasOwn(base, key)) this.#keep(result, key, this.#set(key, now));
      else if (!sameValue(base[key], now)) this.#keep(result, key, this.#child(key, [base[key], now], undefined));
    }
    if (this.patches.length === 0) return base;
    markFinished(result);
    return result;
  }

  /** Two containers of one kind, the second immer's copy of the first. */
  edited(base: object, result: object, edits: Edits): object {
    const before = this.patches.length;
    if (Array.isArray(base)) return this.#arrays(base, result as unknown[], edits);
    if (base instanceof Set) this.#sets(base, result as Set<unknown>);
    else if (base instanceof Map) this.#maps(base, result as Map<PathKey, unknown>, edits);
    else this.#objects(base as Plain, result as Plain, edits);
    if (this.patches.length === before) return base;
    markFinished(result);
    return result;
  }

  #objects(base: Plain, result: Plain, edits: Edits): void {
    let kept: readonly string[] = Object.keys(base);
    if (!hasKeys(result, kept)) {
      const changes = keyChanges(kept, Object.keys(result), isIndexKey);
      for (const key of changes.removed) this.#delete(key);
      for (const key of changes.added) this.#keep(result, key, this.#set(key, result[key]));
      kept = changes.kept;
    }
    for (const key of kept) {
      const old = base[key];
      const now = result[key];
      if (!sameValue(old, now)) this.#keep(result, key, this.#child(key, [old, now], edits));
    }
    // The root's own draft refuses them.
    if (this.path.length > 0 && Object.getOwnPropertySymbols(result).length > 0) {
      throw notStorable(symbolKey, { where: "the state", path: this.path });
    }
  }

  #keep(result: Plain, key: string, value: unknown): void {
    if (result[key] === value) return;
    if (key === "__proto__") defineOwn(result, key, value);
    else result[key] = value;
  }

  #maps(base: Map<PathKey, unknown>, result: Map<PathKey, unknown>, edits: Edits): void {
    let kept: Iterable<PathKey> = base.keys();
    if (!sameOrder(base.keys(), result.keys())) {
      const changes = keyChanges([...base.keys()], [...result.keys()]);
      for (const key of changes.removed) this.#delete(key);
      for (const key of changes.added) result.set(key, this.#set(finishMember(key, this.path), result.get(key)));
      kept = changes.kept;
    }
    for (const key of kept) {
      const old = base.get(key);
      const now = result.get(key);
      if (!sameValue(old, now)) result.set(key, this.#child(key, [old, now], edits));
    }
  }

  #sets(base: Set<unknown>, result: Set<unknown>): void {
    if (sameOrder(base.keys(), result.keys())) return;
    const { removed, added } = keyChanges([...base], [...result]);
    const add = added.map((value) => finishMember(value, this.path));
    this.patches.push({ op: "members", path: [...this.path], add, remove: removed });
  }

  /** One place whose value is another now. */
  #child(key: PathKey, [before, after]: readonly [unknown, unknown], edits: Edits | undefined): unknown {
    if (!isObject(before) || !isObject(after)) return this.#set(key, after);
    this.path.push(key);
    const value = this.#objectChild(before, after, edits?.get(key));
    this.path.pop();
    return value;
  }

  /** @param edits Undefined: the object was assigned. */
  #objectChild(before: object, after: object, edits: Edits | undefined): unknown {
    if (kindOf(before) !== kindOf(after)) return this.#setHere(after);
    if (edits !== undefined && !isFinished(after)) return this.edited(before, after, edits);
    if (Array.isArray(before)) return this.#arrays(before, after as unknown[], undefined);
    return equalValues(before, after) ? before : this.#setHere(after);
  }

  /**
   * Elements that were edited in place and elements appended are told one by one. Anything else changed the array as
   * such: few elements replaced are still written one by one, more of them, or another order or length, as a whole.
   * @param edits Undefined: the array was assigned.
   */
  #arrays(base: readonly unknown[], result: unknown[], edits: Edits | undefined): object {
    const places = edits && this.#kept?.get(result);
    const changed = result.length < base.length ? undefined : changedElements({ base, result, edits, places });
    if (changed === undefined) return this.#setHere(result) as object;
    const before = this.patches.length;
    const array = edits === undefined ? [...base] : result;
    for (const index of changed.same) array[index] = base[index];
    for (const index of changed.edited) array[index] = this.#child(index, [base[index], result[index]], edits);
    for (const index of changed.replaced) array[index] = this.#setElement(index, result[index]);
    if (result.length > base.length) this.#append(array, result, base.length);
    if (this.patches.length === before) return base;
    markFinished(array);
    return array;
  }

  #setElement(index: number, value: unknown): unknown {
    const finished = this.#set(index, value);
    this.elementSets ??= new Set();
    this.elementSets.add(this.patches.at(-1) as StatePatch);
    return finished;
  }

  #append(array: unknown[], result: readonly unknown[], from: number): void {
    refuseSparse(result, from, this.path);
    const values: unknown[] = [];
    for (let index = from; index < result.length; index++) {
      this.path.push(index);
      array[index] = finishForState(result[index], this.path);
      values.push(array[index]);
      this.path.pop();
    }
    this.patches.push({ op: "append", path: [...this.path], values });
  }

  #set(key: PathKey, given: unknown): unknown {
    const path = this.path.length === 0 ? [key] : [...this.path, key];
    const value = finishForState(given, path);
    this.patches.push({ op: "set", path, value });
    return value;
  }

  #setHere(given: unknown): unknown {
    const path = [...this.path];
    const value = finishForState(given, path);
    this.patches.push({ op: "set", path, value });
    return value;
  }

  #delete(key: PathKey): void {
    this.patches.push({ op: "delete", path: [...this.path, key] });
  }
}

interface ChangedElements {
  /** Edited in place. */
  readonly edited: readonly number[];
  /** Another value stands there. */
  readonly replaced: readonly number[];
  /** Another object stands there, with the same content. */
  readonly same: readonly number[];
}

interface Arrays {
  readonly base: readonly unknown[];
  readonly result: readonly unknown[];
  readonly edits: Edits | undefined;
  /** The only places that may differ, where they are known. */
  readonly places: readonly number[] | undefined;
}

/** Undefined: too many were replaced to tell them one by one. */
function changedElements({ base, result, edits, places }: Arrays): ChangedElements | undefined {
  const changed: { edited: number[]; replaced: number[]; same: number[] } = { edited: [], replaced: [], same: [] };
  for (const index of places ?? differingPlaces(base, result)) {
    const old = base[index];
    const now = result[index];
    if (edits?.get(index) !== undefined && isEdited(old, now)) changed.edited.push(index);
    else changed[equalValues(old, now) ? "same" : "replaced"].push(index);
  }
  return changed.replaced.length * 4 > base.length + 3 ? undefined : changed;
}

function differingPlaces(base: readonly unknown[], result: readonly unknown[]): readonly number[] {
  const places: number[] = [];
  // V8 reads frozen arrays slowly, and from then on open ones too in the same loop; a copy by spreading is fast.
  const before = isSealed(base) ? [...base] : base;
  for (let index = 0; index < before.length; index++) {
    if (!sameValue(before[index], result[index])) places.push(index);
  }
  return places;
}

function isEdited(old: unknown, now: unknown): boolean {
  return isObject(old) && isObject(now) && kindOf(old) === kindOf(now) && !isFinished(now);
}
