/**
 * Who wrote where, for as long as a call is open that began before. One tree of last writes, so a look-up costs the depth
 * of the path, however many commits there were. Two trees take turns: when no call is left that began before the newer
 * one, the older one is dropped, so that nothing is kept for calls that have ended. Single-file calls are not recorded.
 */
import type { PathKey, StatePatch, StatePath } from "./types.js";

/** One commit of another call. */
export interface Commit {
  readonly position: number;
  readonly step: string;
}

export interface Write {
  readonly patch: StatePatch;
  /** Where the write counts: the path of the patch, or that of the array when it put another element into one. */
  readonly place: StatePath;
}

export interface Collision {
  /** The shorter one of the two paths. */
  readonly path: StatePath;
  readonly commit: Commit;
  /** Both only appended: without a rule they compose. */
  readonly composes: boolean;
}

class Node {
  children: Map<PathKey, Node> | undefined;
  /** The last write of exactly this place, as a whole. */
  written: Commit | undefined;
  /** The last append to the array at this place. */
  appended: Commit | undefined;
  /** The last write of any kind here or below. */
  touched: Commit | undefined;
}

class WriteTree {
  readonly #root = new Node();

  record({ patch, place }: Write, commit: Commit): void {
    let node = this.#root;
    node.touched = commit;
    for (const key of place) {
      node.children ??= new Map();
      let child = node.children.get(key);
      if (child === undefined) {
        child = new Node();
        node.children.set(key, child);
      }
      node = child;
      node.touched = commit;
    }
    if (patch.op === "append" && place === patch.path) node.appended = commit;
    else if (patch.op !== "members") node.written = commit;
  }

  collide({ patch, place }: Write, since: number): Collision | undefined {
    const found = (commit: Commit | undefined, depth: number, composes = false): Collision | undefined =>
      commit !== undefined && commit.position > since ? { path: place.slice(0, depth), commit, composes } : undefined;
    let node = this.#root;
    for (let depth = 0; depth < place.length; depth++) {
      const above = found(node.written, depth);
      if (above !== undefined) return above;
      const child = node.children?.get(place[depth] as PathKey);
      if (child === undefined) return undefined;
      node = child;
    }
    if (patch.op === "append") return found(node.written, place.length) ?? found(node.appended, place.length, true);
    return found(patch.op === "members" ? node.written : node.touched, place.length);
  }
}

/** The calls that are open, by which of the two trees was the newer one when they began, and the trees. */
export class WriteHistory {
  #generation = 0;
  #openBefore = 0;
  #openNow = 0;
  #older: WriteTree | undefined;
  #newer: WriteTree | undefined;

  /** A call begins. What this answers is given back when it ends. */
  open(): number {
    this.#openNow++;
    return this.#generation;
  }

  close(generation: number): void {
    if (generation === this.#generation) this.#openNow--;
    else this.#openBefore--;
    if (this.#openBefore > 0) return;
    if (this.#openNow === 0) this.#older = this.#newer = undefined;
    else if (this.#newer !== undefined) this.#turn();
    else this.#older = undefined;
  }

  #turn(): void {
    this.#older = this.#newer;
    this.#newer = undefined;
    this.#openBefore = this.#openNow;
    this.#openNow = 0;
    this.#generation++;
  }

  get openCalls(): number {
    return this.#openBefore + this.#openNow;
  }

  record(write: Write, commit: Commit): void {
    this.#newer ??= new WriteTree();
    this.#newer.record(write, commit);
  }

  /** Another call's write since a position that excludes this one. */
  collide(write: Write, since: number): Collision | undefined {
    const newer = this.#newer?.collide(write, since);
    if (newer?.composes === false) return newer;
    const older = this.#older?.collide(write, since);
    return older?.composes === false ? older : (newer ?? older);
  }
}
