/**
 * The held operands of one group (`and`, `atLeast`): buckets by the rounds of the loops that all operands can carry.
 * In: an operand with its turn. Out: what fired. A slot holds the latest payload; signals queue, oldest first. A group fires
 * once per key: the rounds of its loops and of the signals that took part. What comes after that for the same key is dropped.
 */
import type { PlanNode } from "../plan/index.js";
import { FiredTurns } from "./fired-turns.js";
import type { IndexedGroup } from "./plan-index.js";
import { highestTurn, noTurn, roundOf, turnWithin } from "./turns.js";
import type { Turn } from "./types.js";

export interface Slot {
  readonly payload: unknown;
  readonly turn: Turn;
  /** Signals only: those that arrived after this one, oldest first. */
  later?: Slot[];
}

export interface Bucket {
  /** A round per loop of the group's key; -1: the operand came without one. */
  readonly rounds: readonly number[];
  readonly slots: (Slot | undefined)[];
  present: number;
  /** An open call without whose end it does not go on without what is missing, as it stands; absent: none is known. */
  waitsFor?: number | undefined;
}

export interface Firing {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly turn: Turn;
  readonly trigger: string;
  /** The group fired for this key before: it makes no call. */
  readonly repeated: boolean;
}

export interface GroupData {
  readonly fired: ReturnType<FiredTurns["toJSON"]>;
  readonly kept: readonly (Slot | null)[];
  readonly buckets: readonly { readonly rounds: readonly number[]; readonly slots: readonly (Slot | null)[] }[];
}

export class GroupStore {
  readonly group: IndexedGroup;
  /** In the order of their latest write. */
  readonly buckets = new Map<string, Bucket>();
  readonly kept: (Slot | undefined)[] = [];
  /** The keys for which it fired. */
  readonly fired: FiredTurns;
  /** Loops from this number on are signals. */
  readonly #planLoops: number;
  readonly #hearsSignals: boolean;
  #keptCount = 0;

  constructor(group: IndexedGroup, planLoops: number, fired = new FiredTurns()) {
    this.group = group;
    this.fired = fired;
    this.#planLoops = planLoops;
    this.#hearsSignals = group.leaves.some(({ trigger }) => trigger.kind === "signal");
  }

  /** Whether it fired for an operand of this turn already, so that the operand can mean nothing any more. */
  isDone(slot: number, turn: Turn): boolean {
    return (
      this.fired.size > 0 && !this.#hearsSignals && !this.group.leaves[slot]!.keep && this.fired.has(this.#keyOf(turn))
    );
  }

  /** Nothing has come of it yet. */
  get isNew(): boolean {
    return this.fired.size === 0 && this.buckets.size === 0 && this.#keptCount === 0;
  }

  /** Takes an operand in; answers what fires by it, usually nothing or one. */
  arrive(slot: number, payload: unknown, turn: Turn): readonly Firing[] {
    if (this.group.leaves[slot]!.keep) {
      if (!this.kept[slot]) this.#keptCount++;
      this.kept[slot] = { payload, turn: noTurn };
      for (const bucket of this.buckets.values()) bucket.waitsFor = undefined;
      return [...this.buckets.values()].flatMap((bucket) => this.#fire(bucket));
    }
    const isSignal = this.group.leaves[slot]!.trigger.kind === "signal";
    // a signal belongs to no round: its bucket goes with every other
    const bucket = this.#bucketOf(isSignal ? noTurn : turn);
    bucket.waitsFor = undefined;
    const before = bucket.slots[slot];
    if (before === undefined) bucket.present++;
    if (before !== undefined && isSignal) {
      before.later ??= [];
      before.later.push({ payload, turn });
    } else bucket.slots[slot] = { payload, turn };
    return this.#fire(bucket);
  }

  /** Whether an operand of some round is there. */
  holds(slot: number): boolean {
    if (this.kept[slot]) return true;
    for (const { slots } of this.buckets.values()) if (slots[slot]) return true;
    return false;
  }

  /** Fires the bucket without operands in these slots: their steps count as skipped. */
  fireWithout(bucket: Bucket, missing: readonly number[]): Firing {
    const has = (taken: readonly Bucket[]) => (slot: number) =>
      missing.includes(slot) || this.#slotIn(taken, slot) !== undefined;
    return this.#take(this.#fewest(bucket, has)!, missing);
  }

  drop(bucket: Bucket): void {
    this.buckets.delete(bucket.rounds.join());
  }

  /** The buckets that may be taken together with this one, itself first, then the most recently written. */
  compatible(bucket: Bucket): Bucket[] {
    const taken = [bucket];
    if (this.buckets.size < 2) return taken;
    const rounds = [...bucket.rounds];
    for (const other of [...this.buckets.values()].reverse()) {
      if (other === bucket || !other.rounds.every((round, i) => round === rounds[i] || round < 0 || rounds[i]! < 0))
        continue;
      taken.push(other);
      other.rounds.forEach((round, i) => {
        if (round >= 0) rounds[i] = round;
      });
    }
    return taken;
  }

  /** Whether a tree is complete with what `has` says of each slot. */
  static complete(node: PlanNode, has: (slot: number) => boolean, first = { slot: 0 }): boolean {
    if (node.kind === "leaf") return has(first.slot++);
    let count = 0;
    // every child is visited, for its leaves must be counted
    for (const child of node.of) if (GroupStore.complete(child, has, first)) count++;
    return count >= node.count;
  }

  toJSON(): GroupData {
    const slots = (list: readonly (Slot | undefined)[]) => this.group.leaves.map((_, i) => copyOf(list[i]) ?? null);
    const buckets = [...this.buckets.values()].map((bucket) => ({ rounds: bucket.rounds, slots: slots(bucket.slots) }));
    return { fired: this.fired.toJSON(), kept: slots(this.kept), buckets };
  }

  static fromJSON(group: IndexedGroup, data: GroupData, planLoops: number): GroupStore {
    const store = new GroupStore(group, planLoops, FiredTurns.fromJSON(data.fired));
    data.kept.forEach((slot, i) => {
      if (slot) store.#keptCount++;
      store.kept[i] = slot ?? undefined;
    });
    for (const { rounds, slots } of data.buckets) {
      const present = slots.filter((slot) => slot !== null).length;
      store.buckets.set(rounds.join(), { rounds, slots: slots.map(copyOf), present });
    }
    return store;
  }

  #bucketOf(turn: Turn): Bucket {
    const { loops, leaves } = this.group;
    const rounds = loops.map((loop) => roundOf(turn, loop));
    const key = rounds.join();
    let bucket = this.buckets.get(key);
    if (bucket && this.buckets.size > 1) this.buckets.delete(key);
    bucket ??= { rounds, slots: new Array(leaves.length).fill(undefined), present: 0 };
    if (this.buckets.get(key) !== bucket) this.buckets.set(key, bucket);
    return bucket;
  }

  #fire(bucket: Bucket): readonly Firing[] {
    const firings: Firing[] = [];
    // again as long as queued signals complete the bucket anew
    for (let taken = this.#complete(bucket); taken; taken = this.#complete(bucket)) {
      firings.push(this.#take(taken));
      if (bucket.present === 0) break;
    }
    return firings;
  }

  /** The buckets that together complete the group: this one, or with it as few of the compatible ones as it takes. */
  #complete(bucket: Bucket): readonly Bucket[] | undefined {
    const { flat, node } = this.group;
    if (bucket.present === 0) return undefined;
    if (flat && this.buckets.size === 1) return bucket.present + this.#keptCount >= node.count ? [bucket] : undefined;
    return this.#fewest(bucket, (taken) => (slot) => this.#slotIn(taken, slot) !== undefined);
  }

  #fewest(bucket: Bucket, has: (taken: readonly Bucket[]) => (slot: number) => boolean): readonly Bucket[] | undefined {
    const taken: Bucket[] = [];
    for (const next of this.compatible(bucket)) {
      taken.push(next);
      if (GroupStore.complete(this.group.node, has(taken))) return taken;
    }
    return undefined;
  }

  #slotIn(taken: readonly Bucket[], slot: number): Slot | undefined {
    for (const bucket of taken) if (bucket.slots[slot]) return bucket.slots[slot];
    return this.kept[slot];
  }

  /** The rounds by which a firing is told from others: those of the group's loops, and of signals. */
  #keyOf(turn: Turn): Turn {
    return turnWithin(turn, (loop) => loop >= this.#planLoops || this.group.loops.includes(loop));
  }

  #take(taken: readonly Bucket[], missing: readonly number[] = none): Firing {
    const payload: Record<string, unknown> = {};
    const keys: string[] = [];
    let turn = noTurn;
    this.group.leaves.forEach((leaf, i) => {
      const bucket = taken.find(({ slots }) => slots[i]);
      const slot = bucket?.slots[i] ?? this.kept[i];
      if (!slot && missing.includes(i)) payload[leaf.key] = leaf.trigger.kind === "outcomes" ? none : skipped;
      if (!slot) return;
      payload[leaf.key] = slot.payload;
      keys.push(leaf.key);
      turn = highestTurn(turn, slot.turn);
      if (bucket) this.#empty(bucket, i, slot);
    });
    for (const bucket of taken) if (bucket.present === 0) this.drop(bucket);
    const carried = turnWithin(turn, (loop) => loop >= this.#planLoops || this.group.carries.includes(loop));
    return { payload, turn: carried, trigger: keys.join("+"), repeated: !this.fired.add(this.#keyOf(turn)) };
  }

  #empty(bucket: Bucket, i: number, slot: Slot): void {
    const next = slot.later?.shift();
    bucket.slots[i] = next && { ...next, later: slot.later };
    if (!next) bucket.present--;
  }
}

/** How a step is settled that was never called. */
const skipped = Object.freeze({ status: "skipped" });
const none: readonly never[] = Object.freeze([]);

/** A signal that waits is written to when the next one queues behind it: what is stored must not change with it. */
function copyOf(slot: Slot | null | undefined): Slot | undefined {
  return slot ? { ...slot, ...(slot.later && { later: [...slot.later] }) } : undefined;
}
