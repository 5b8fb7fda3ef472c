/**
 * One group of one condition, holding operands by the book. Operands of one turn stand together in a bucket; a bucket
 * that does not carry some loop of the key goes with every round of that loop.
 */
import type { FlowPlan, PlanAlternative, PlanEntry, PlanLeaf } from "../../plan/index.js";
import { elementLoop, isSatisfied, leavesOf } from "./reference-plan.js";
import { commonSignals } from "./reference-signals.js";
import { type Rounds, toTurn } from "./reference-turns.js";

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
  /** The group has fired for these rounds before, so that no call is made. */
  readonly isRepeated: boolean;
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

export class ReferenceGroup {
  readonly plan: FlowPlan;
  readonly alternative: PlanAlternative;
  readonly leaves: readonly PlanLeaf[];
  /** In the order of their latest write. */
  buckets: Bucket[] = [];
  readonly kept = new Map<PlanLeaf, Operand>();
  /** The rounds for which it has fired: of its loops, and of the signals that took part. */
  readonly #firedFor = new Set<string>();

  /** Whether every operand came with a round of each loop and list by which the group matches, and met no other round inside. */
  isEven = true;
  /** By which operands are matched: loops that all can carry, signals, and elements. */
  readonly loops: readonly number[];
  /** The loops of the listening step. */
  readonly #own: readonly number[];

  constructor(plan: FlowPlan, step: number, alternative: PlanAlternative) {
    this.plan = plan;
    this.#own = plan.steps[step]!.loops;
    this.alternative = alternative;
    this.loops = [
      ...alternative.loops,
      ...commonSignals(plan, step, alternative.node).map((signal) => plan.loops.length + signal),
    ];
    this.leaves = leavesOf(alternative.node);
  }

  get hasFired(): boolean {
    return this.#firedFor.size > 0;
  }

  arrive(leaf: PlanLeaf, operand: Operand): Firing[] {
    if (leaf.keep) {
      this.kept.set(leaf, operand);
      return [...this.buckets].flatMap((bucket) => this.#tryBucket(bucket));
    }
    this.isEven &&= leaf.trigger.kind === "signal" || this.#fitsExactly(operand);
    if (!this.#hearsSignals && this.#firedFor.has(this.#keyOf(operand.rounds))) {
      return [{ ...operand, isRepeated: true, trigger: leaf.key }];
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

  #fitsExactly({ rounds }: Operand): boolean {
    const { loops } = this.alternative;
    return (
      this.plan.loops.every((_, loop) => {
        if (loops.includes(loop)) return rounds.has(loop);
        return !this.#own.includes(loop) || rounds.get(loop) === 0;
      }) &&
      // elements: neither more of them than the group matches by, nor fewer
      [...rounds.keys()].every((loop) => loop < this.#firstElementLoop || this.loops.includes(loop)) &&
      this.loops.every((loop) => loop < this.#firstElementLoop || rounds.has(loop))
    );
  }

  get #firstElementLoop(): number {
    return elementLoop(this.plan, 0);
  }

  get #hearsSignals(): boolean {
    return this.leaves.some((leaf) => leaf.trigger.kind === "signal");
  }

  /** What a firing is told from others by: the rounds of the group's loops, and those of all signals. */
  #keyOf(rounds: Rounds): string {
    const told = [...rounds].filter(([loop]) => loop >= this.plan.loops.length || this.loops.includes(loop));
    return toTurn(new Map(told)).join();
  }

  #bucketFor(leaf: PlanLeaf, { rounds }: Operand): Bucket {
    // A signal is of no round: it may complete whichever waits.
    const carried = leaf.trigger.kind === "signal" ? [] : this.loops.filter((loop) => rounds.has(loop));
    const key: Rounds = new Map(carried.map((loop) => [loop, rounds.get(loop)!]));
    const same = this.buckets.find((bucket) => toTurn(bucket.key).join() === toTurn(key).join());
    const bucket: Bucket = same ?? { key, slots: new Map() };
    this.drop(bucket);
    this.buckets.push(bucket);
    return bucket;
  }

  #fits(a: Bucket, b: Bucket): boolean {
    return this.loops.every((loop) => !a.key.has(loop) || !b.key.has(loop) || a.key.get(loop) === b.key.get(loop));
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

  /** Fires the bucket without these leaves: their steps count as skipped. */
  fireWithout(bucket: Bucket, missing: readonly PlanLeaf[]): Firing {
    return this.#fire(this.#gather(bucket, missing)!, missing);
  }

  /** The bucket alone, or with as few of those that go with it as it takes. */
  #gather(own: Bucket, missing: readonly PlanLeaf[] = []): Taken | undefined {
    const taken: Taken = new Map();
    for (const bucket of this.compatibleWith(own)) {
      for (const leaf of bucket.slots.keys()) if (!taken.has(leaf)) taken.set(leaf, bucket);
      const has = (leaf: PlanLeaf) => taken.has(leaf) || this.kept.has(leaf) || missing.includes(leaf);
      if (isSatisfied(this.alternative.node, has)) return taken;
    }
    return undefined;
  }

  #fire(taken: Taken, missing: readonly PlanLeaf[] = []): Firing {
    const payload: Record<string, unknown> = {};
    const rounds = new Map<number, number>();
    const keys: string[] = [];
    for (const leaf of this.leaves) {
      const operand = taken.get(leaf)?.slots.get(leaf)?.[0] ?? this.kept.get(leaf);
      if (!operand && missing.includes(leaf))
        payload[leaf.key] = leaf.trigger.kind === "outcomes" ? [] : { status: "skipped" };
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
    const key = this.#keyOf(rounds);
    const isRepeated = this.#firedFor.has(key);
    this.#firedFor.add(key);
    // A round by which nothing was matched is a matter of time, unless the step stands in that loop.
    const carried = [...rounds].filter(
      ([loop]) => loop >= this.plan.loops.length || this.loops.includes(loop) || this.#own.includes(loop),
    );
    return { isRepeated, payload, rounds: new Map(carried), trigger: keys.join("+") };
  }
}
