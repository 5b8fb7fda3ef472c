/**
 * One group of one condition, holding operands by the book. Operands of one turn stand together in a bucket; a bucket
 * that does not carry some loop of the key goes with every round of that loop.
 */
import type { FlowPlan, PlanAlternative, PlanEntry, PlanLeaf, PlanNode } from "../../plan/index.js";
import { leavesOf, type Rounds, toTurn } from "./reference-turns.js";

export interface Operand {
  readonly payload: unknown;
  readonly rounds: Rounds;
}

export interface Bucket {
  readonly key: Rounds;
  /** Oldest first. Only a signal's queue is ever longer than one. */
  readonly slots: Map<PlanLeaf, Operand[]>;
}

/** A condition that has come true. */
export interface Firing {
  readonly payload: unknown;
  readonly rounds: Rounds;
  readonly trigger: string;
}

/** What one condition of one step has done and holds. */
export interface EntryState {
  readonly step: number;
  readonly entry: PlanEntry;
  readonly groups: ReadonlyMap<PlanAlternative, ReferenceGroup>;
  readonly calledTurns: Set<string>;
}

type Taken = Map<PlanLeaf, Bucket>;

export function isSatisfied(node: PlanNode, has: (leaf: PlanLeaf) => boolean): boolean {
  if (node.kind === "leaf") return has(node);
  const count = node.of.filter((child) => isSatisfied(child, has)).length;
  if (node.kind === "and") return count === node.of.length;
  return count >= (node.kind === "or" ? 1 : node.count);
}

export class ReferenceGroup {
  readonly plan: FlowPlan;
  readonly alternative: PlanAlternative;
  readonly leaves: readonly PlanLeaf[];
  /** In the order of their latest write. */
  buckets: Bucket[] = [];
  readonly kept = new Map<PlanLeaf, Operand>();
  hasFired = false;

  constructor(plan: FlowPlan, alternative: PlanAlternative) {
    this.plan = plan;
    this.alternative = alternative;
    this.leaves = leavesOf(alternative.node);
  }

  arrive(leaf: PlanLeaf, operand: Operand): Firing[] {
    if (leaf.keep) {
      this.kept.set(leaf, operand);
      return [...this.buckets].flatMap((bucket) => this.#tryBucket(bucket));
    }
    const bucket = this.#bucketFor(leaf, operand);
    const queue = bucket.slots.get(leaf) ?? [];
    bucket.slots.set(leaf, leaf.trigger.kind === "signal" ? [...queue, operand] : [operand]);
    return this.#tryBucket(bucket);
  }

  /** The bucket, then every other that goes with all before it, latest written first. */
  compatibleWith(bucket: Bucket): Bucket[] {
    const chosen = [bucket];
    const others = this.buckets.filter((other) => other !== bucket).reverse();
    for (const other of others) if (chosen.every((one) => this.#fits(one, other))) chosen.push(other);
    return chosen;
  }

  drop(bucket: Bucket): void {
    this.buckets = this.buckets.filter((other) => other !== bucket);
  }

  #bucketFor(leaf: PlanLeaf, operand: Operand): Bucket {
    // A signal is of no round of any loop: it may complete whichever waits.
    const carried = this.alternative.loops.filter(
      (loop) => operand.rounds.has(loop) && (leaf.trigger.kind !== "signal" || loop >= this.plan.loops.length),
    );
    const key: Rounds = new Map(carried.map((loop) => [loop, operand.rounds.get(loop)!]));
    const same = this.buckets.find((bucket) => toTurn(bucket.key).join() === toTurn(key).join());
    const bucket: Bucket = same ?? { key, slots: new Map() };
    this.drop(bucket);
    this.buckets.push(bucket);
    return bucket;
  }

  #fits(a: Bucket, b: Bucket): boolean {
    return this.alternative.loops.every(
      (loop) => !a.key.has(loop) || !b.key.has(loop) || a.key.get(loop) === b.key.get(loop),
    );
  }

  #tryBucket(bucket: Bucket): Firing[] {
    const firings: Firing[] = [];
    while (this.buckets.includes(bucket)) {
      const taken = this.#gather(bucket);
      if (!taken) break;
      firings.push(this.#fire(taken));
      // Queued signals may complete the same bucket once more; anything else waits for the next arrival.
      if (![...bucket.slots.keys()].some((leaf) => leaf.trigger.kind === "signal")) break;
    }
    return firings;
  }

  /** The bucket alone, or with as few of those that go with it as it takes. */
  #gather(own: Bucket): Taken | undefined {
    const taken: Taken = new Map();
    for (const bucket of this.compatibleWith(own)) {
      for (const leaf of bucket.slots.keys()) if (!taken.has(leaf)) taken.set(leaf, bucket);
      if (isSatisfied(this.alternative.node, (leaf) => taken.has(leaf) || this.kept.has(leaf))) return taken;
    }
    return undefined;
  }

  #fire(taken: Taken): Firing {
    this.hasFired = true;
    const payload: Record<string, unknown> = {};
    const rounds = new Map<number, number>();
    const keys: string[] = [];
    for (const leaf of this.leaves) {
      const operand = taken.get(leaf)?.slots.get(leaf)?.[0] ?? this.kept.get(leaf);
      if (!operand) continue;
      keys.push(leaf.key);
      payload[leaf.key] = operand.payload;
      if (leaf.keep) continue;
      for (const [loop, round] of operand.rounds) rounds.set(loop, Math.max(round, rounds.get(loop) ?? 0));
    }
    for (const [leaf, bucket] of taken) {
      const rest = bucket.slots.get(leaf)!.slice(1);
      if (rest.length > 0) bucket.slots.set(leaf, rest);
      else bucket.slots.delete(leaf);
      if (bucket.slots.size === 0) this.drop(bucket);
    }
    return { payload, rounds, trigger: keys.join("+") };
  }
}
