/**
 * Makes a root from a root and patches. Containers on the way are copied once, the rest is shared; the values of the
 * patches must be finished. Every state is made here, in the running process as in a replay, so the two can't differ.
 */
import { FlowError } from "../errors/index.js";
import { type Container, deleteKey, readKey, writeKey } from "./containers.js";
import { markFinished } from "./finished.js";
import { isObject } from "./kinds.js";
import { formatPath } from "./paths.js";
import type { PathKey, StatePatch } from "./types.js";

/**
 * @throws {FlowError} RUN_CORRUPT – a patch names a place that is not there
 */
export function applyPatches(root: unknown, patches: readonly StatePatch[]): unknown {
  const rewrite = new Rewrite(root);
  for (const patch of patches) rewrite.apply(patch);
  return rewrite.close();
}

class Rewrite {
  #root: unknown;
  /** Containers made here: they may be written to. */
  readonly #fresh = new Set<object>();

  constructor(root: unknown) {
    this.#root = root;
  }

  apply(patch: StatePatch): void {
    const { path } = patch;
    switch (patch.op) {
      case "set":
        if (path.length === 0) this.#root = patch.value;
        else writeKey(this.#open(patch, path.length - 1) as Container, path.at(-1) as PathKey, patch.value);
        return;
      case "delete":
        deleteKey(this.#open(patch, path.length - 1) as Container, path.at(-1) as PathKey);
        return;
      case "append": {
        const array = this.#open(patch, path.length) as unknown[];
        for (const value of patch.values) array.push(value);
        return;
      }
      case "members": {
        const set = this.#open(patch, path.length) as Set<unknown>;
        for (const value of patch.remove) set.delete(value);
        for (const value of patch.add) set.add(value);
      }
    }
  }

  /** The container that the first `depth` keys of the patch's path lead to, ready to be written. */
  #open(patch: StatePatch, depth: number): object {
    let container = this.#own(this.#root, patch);
    this.#root = container;
    for (let index = 0; index < depth; index++) {
      const key = patch.path[index] as PathKey;
      const child = readKey(container, key);
      const owned = this.#own(child, patch);
      if (owned !== child) writeKey(container as Container, key, owned);
      container = owned;
    }
    return container;
  }

  #own(container: unknown, patch: StatePatch): object {
    if (!isObject(container)) throw doesNotFit(patch);
    if (this.#fresh.has(container)) return container;
    const copy = shallowCopy(container);
    markFinished(copy);
    this.#fresh.add(copy);
    return copy;
  }

  close(): unknown {
    for (const container of this.#fresh) if (isPlain(container)) Object.freeze(container);
    return this.#root;
  }
}

function shallowCopy(container: object): object {
  // Spreading copies a frozen array 50 times faster than slice() does.
  if (Array.isArray(container)) return [...container];
  if (container instanceof Map) return new Map(container);
  if (container instanceof Set) return new Set(container);
  return { ...container };
}

function isPlain(container: object): boolean {
  return Object.getPrototypeOf(container) === Object.prototype;
}

function doesNotFit(patch: StatePatch): FlowError {
  return new FlowError("RUN_CORRUPT", `A stored change of ${formatPath(patch.path)} does not fit the state.`, {
    hint: "The journal of this run was damaged or belongs to another run.",
    details: { path: patch.path },
  });
}
