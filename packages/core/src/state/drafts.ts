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
export const draftState: unique symbol = Symbol.for("immer-state");

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

/**
 * Arrays that nothing was put into, taken from, or moved in, by their copies: the only elements that may differ from those of
 * the base, in order. They need no comparison of all elements.
 */
export type KeptArrays = ReadonlyMap<object, readonly number[]>;

export interface ClosedDraft {
  readonly result: object;
  readonly edits: Edits;
  /** Absent: not known of any array. */
  readonly kept?: KeptArrays | undefined;
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
    const kept = keptArrays(this.#drafts);
    const result = immer.finishDraft(this.proxy, tree && ((patches) => noteEdits(patches, tree)));
    return result === this.#base ? undefined : { result, edits: known ?? tree ?? noEdits, kept };
  }

  /** How many drafts there are in it, its own included; undefined where that can't be known. */
  get size(): number | undefined {
    return this.#drafts?.length;
  }

  /** It is immer's own state that tells: undefined where it doesn't. */
  get #drafts(): readonly Draft[] | undefined {
    return (this.proxy as Draft)[draftState]?.scope_?.drafts_;
  }
}

/** What is relied on of immer's state of a draft, as far as it is there. */
interface DraftState {
  readonly scope_?: { readonly drafts_?: readonly Draft[] };
  readonly parent_?: DraftState;
  readonly key_?: unknown;
  readonly copy_?: object | null;
  readonly modified_?: boolean;
  /** Places that were assigned to or deleted. */
  readonly assigned_?: ReadonlyMap<unknown, boolean>;
  readonly allIndicesReassigned_?: boolean;
}

interface Draft {
  readonly [draftState]?: DraftState;
}

function keptArrays(drafts: readonly Draft[] | undefined): KeptArrays | undefined {
  let kept: Map<object, number[]> | undefined;
  for (const draft of drafts ?? []) {
    const { parent_, key_, modified_ } = draft[draftState] ?? {};
    if (modified_ !== true || parent_ === undefined || !Array.isArray(parent_.copy_)) continue;
    if (parent_.assigned_?.size !== 0 || parent_.allIndicesReassigned_ === true || typeof key_ !== "number") continue;
    kept ??= new Map();
    const keys = kept.get(parent_.copy_);
    if (keys === undefined) kept.set(parent_.copy_, [key_]);
    else keys.push(key_);
  }
  for (const keys of kept?.values() ?? []) keys.sort((a, b) => a - b);
  return kept;
}

function noteEdits(patches: readonly Patch[], edits: EditsTree): void {
  for (const { path } of patches) {
    let node = edits;
    for (let index = 0; index < path.length - 1; index++) node = node.add(path[index] as PathKey);
  }
}
