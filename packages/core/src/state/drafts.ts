/**
 * The drafts that steps work on, made by immer: its own instance, nothing frozen by it, without its patches as long as
 * they tell nothing new (they would double the cost of a small step).
 */
import { enableMapSet, enablePatches, Immer, isDraft, isModified } from "immer";
import { isObject } from "./kinds.js";
import type { PathKey } from "./types.js";

enableMapSet();
enablePatches();

const immer = new Immer({ autoFreeze: false });
const draftState = Symbol.for("immer-state");

/**
 * The containers that were edited in place through a draft, as a tree of keys from the root (which always was). A container
 * that differs and is not in here was assigned: somebody put another one into its place.
 */
export class Edits {
  readonly #children = new Map<PathKey, Edits>();

  get(key: PathKey): Edits | undefined {
    return this.#children.get(key);
  }

  add(key: PathKey): Edits {
    let child = this.#children.get(key);
    if (child === undefined) {
      child = new Edits();
      this.#children.set(key, child);
    }
    return child;
  }
}

export interface ClosedDraft {
  readonly result: unknown;
  readonly edits: Edits | undefined;
}

/** A draft of a root; what can't be drafted (no state at all) is given as it is. */
export function openDraft(root: unknown): unknown {
  return isObject(root) ? immer.createDraft(root) : root;
}

/** Ends a draft: it and all drafts inside become invalid. Undefined: nothing was changed. */
export function closeDraft(draft: unknown): ClosedDraft | undefined {
  if (!isObject(draft) || !isDraft(draft)) return undefined;
  if (!isModified(draft)) {
    immer.finishDraft(draft);
    return undefined;
  }
  if (!hasInnerDrafts(draft)) return { result: immer.finishDraft(draft), edits: undefined };
  const edits = new Edits();
  const result = immer.finishDraft(draft, (patches) => {
    for (const { path } of patches) {
      let node = edits;
      for (let index = 0; index < path.length - 1; index++) node = node.add(path[index] as PathKey);
    }
  });
  return { result, edits };
}

/**
 * Whether anything but the root was ever drafted; if not, no container inside can have been edited in place. This looks
 * into immer's own state; where it doesn't find what it looks for, the answer is the safe one.
 */
function hasInnerDrafts(draft: object): boolean {
  const state = (draft as Record<symbol, { scope_?: { drafts_?: unknown[] } }>)[draftState];
  return state?.scope_?.drafts_?.length !== 1;
}
