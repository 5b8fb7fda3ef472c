/**
 * Drafts made by immer, by its own instance: nothing is frozen by it. Its patches tell which containers were edited in
 * place; what they hold is found by comparison (`diff.ts`), which is right whatever was moved where.
 */
import { enableMapSet, enablePatches, Immer, type Patch } from "immer";
import type { PathKey } from "./types.js";

enableMapSet();
enablePatches();

const immer = new Immer({ autoFreeze: false });

/** By this immer knows its drafts. */
export const draftState = Symbol.for("immer-state");

/**
 * The containers that were edited in place through a draft, as a tree of keys from the root (which always was). A container
 * that differs and is not in here was assigned: somebody put another one into its place.
 */
export interface Edits {
  get(key: PathKey): Edits | undefined;
}

/** Nothing inside was edited in place. */
export const noEdits: Edits = { get: () => undefined };

/** These keys hold containers that were edited in place, and nothing was inside of them. */
export function editsAt(keys: readonly PathKey[]): Edits {
  return { get: (key) => (keys.includes(key) ? noEdits : undefined) };
}

class EditsTree implements Edits {
  readonly #children = new Map<PathKey, EditsTree>();

  get(key: PathKey): EditsTree | undefined {
    return this.#children.get(key);
  }

  add(key: PathKey): EditsTree {
    let child = this.#children.get(key);
    if (child === undefined) {
      child = new EditsTree();
      this.#children.set(key, child);
    }
    return child;
  }
}

export interface ClosedDraft {
  readonly result: object;
  readonly edits: Edits;
  /** The only keys of the root whose values may differ; undefined: not known, or keys were deleted. */
  readonly changed?: readonly string[];
}

/** The draft of a whole state. */
export interface RootDraft {
  /** What a step sees of it. */
  readonly proxy: object;
  /** Ends it; what a step still holds of it becomes invalid. Undefined: nothing was changed. */
  close(): ClosedDraft | undefined;
}

export class ImmerDraft implements RootDraft {
  readonly proxy: object;
  readonly #base: object;

  constructor(base: object) {
    this.#base = base;
    this.proxy = immer.createDraft(base);
  }

  /** @param known The edits, where the caller knows them: immer's patches cost as much again as all the rest. */
  close(known?: Edits): ClosedDraft | undefined {
    const tree = known === undefined ? new EditsTree() : undefined;
    const result = immer.finishDraft(this.proxy, tree && ((patches) => noteEdits(patches, tree)));
    return result === this.#base ? undefined : { result, edits: known ?? tree ?? noEdits };
  }

  /** How many drafts there are in it, its own included. It is immer's own state that says so: undefined where it doesn't. */
  get size(): number | undefined {
    const state = (this.proxy as Record<symbol, { scope_?: { drafts_?: unknown[] } }>)[draftState];
    return state?.scope_?.drafts_?.length;
  }
}

function noteEdits(patches: readonly Patch[], edits: EditsTree): void {
  for (const { path } of patches) {
    let node = edits;
    for (let index = 0; index < path.length - 1; index++) node = node.add(path[index] as PathKey);
  }
}
