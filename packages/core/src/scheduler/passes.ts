/**
 * `forEach` steps on their way through lists. A pass is one list: a cursor, what is being worked on, and how its elements came
 * out, as far as somebody waits for that. It asks for no more calls than may run at once, so a list of any length costs its
 * results and no more. A pass may follow another one element by element: it begins with it, is called for what is done there, and
 * the other calls for no more as long as too much waits before this one.
 */
import type { ForEachPolicy } from "../definition/index.js";
import { type ElementEnd, ElementEnds, type EndsData } from "./element-ends.js";
import { type Element, ElementSupply, type FollowingData, ListSupply } from "./element-supplies.js";
import type { PlanIndex } from "./plan-index.js";
import { type Completion, highestTurn, turnWithin, withRound } from "./turns.js";
import type { StepCallRecord, Turn } from "./types.js";

/** A pass as plain data. */
export interface PassData extends EndsData {
  readonly id: number;
  readonly step: number;
  /** That of what brought the list; each element's call adds a round of its own. */
  readonly turn: Turn;
  readonly trigger: string;
  /** As it was handed over; missing: it follows another pass. */
  readonly list?: unknown;
  /** The index of the next element to call for. */
  readonly next?: number;
  /** What it follows; missing: a list. */
  readonly follows?: FollowingData;
}

/** What calls a step: what fired, with its turn. */
export interface Firing {
  readonly turn: Turn;
  readonly trigger: string;
  readonly payload: unknown;
}

type PassFacts = Pick<PassData, "id" | "step" | "turn" | "trigger">;

export class Pass {
  readonly id: number;
  readonly step: number;
  readonly turn: Turn;
  readonly supply: ListSupply | ElementSupply;
  /** Those that follow this one. */
  readonly followers: Pass[] = [];
  /** The one that it follows, as long as that is not over. */
  source: Pass | undefined;
  readonly #policy: ForEachPolicy;
  readonly #trigger: string;
  readonly #heard: boolean;
  readonly #ends = new ElementEnds();
  /** Calls that are open. */
  #running = 0;

  constructor(index: PlanIndex, { id, step, turn, trigger }: PassFacts, supply: ListSupply | ElementSupply) {
    this.id = id;
    this.step = step;
    this.turn = turn;
    this.supply = supply;
    this.#policy = index.plan.steps[step]!.forEach!;
    this.#trigger = trigger;
    this.#heard = index.hears[index.collectKey(step)]!.length + index.hears[index.outcomesKey(step)]!.length > 0;
  }

  /** Whether another element may be called for. */
  get hasRoom(): boolean {
    if (!this.supply.hasNext || this.#running >= this.#policy.concurrency) return false;
    return !this.followers.some((follower) => follower.isFull);
  }

  /** As much waits before it as it can work on at once. */
  get isFull(): boolean {
    return this.supply instanceof ElementSupply && this.supply.waitingCount >= this.#policy.concurrency;
  }

  get isOver(): boolean {
    return this.#running === 0 && this.supply.isSpent;
  }

  /** Whether its results are handed over: no failure stands in the way. */
  get isWhole(): boolean {
    return !this.#ends.hasFailed || this.#policy.onError === "collect";
  }

  /** The call of the next element. Its number is its round: no two elements of a run have the same. */
  call(index: PlanIndex, id: number, number: number): StepCallRecord {
    const { step, id: pass } = this;
    const element = this.supply.take();
    const turn = withRound(this.turnOf(element), index.elementLoop(step), number);
    this.#running++;
    return { id, step, number, turn, trigger: this.#trigger, payload: element.payload, index: element.index, pass };
  }

  /** That of an element's call, but for the round that the call adds. */
  turnOf({ rounds }: Element): Turn {
    return rounds ? highestTurn(this.turn, rounds) : this.turn;
  }

  /** The payload of a call that was open when the pass was stored; undefined: the call holds it. */
  resume(index: number): unknown {
    this.#running++;
    return this.supply instanceof ListSupply ? this.supply.payloadOf(index) : undefined;
  }

  settle(index: number, end: ElementEnd): void {
    this.#running--;
    if (this.#heard) this.#ends.note(Math.max(index, 0), end);
  }

  /** An element is done in the pass that this one follows. What did not complete there passes this one by, and those after it. */
  arrive(index: PlanIndex, { at, end, turn }: { readonly at: number; readonly end: ElementEnd; readonly turn: Turn }) {
    const supply = this.supply as ElementSupply;
    if (end.status === "completed") {
      const rounds = turnWithin(turn, (loop) => loop >= index.elementLoop(0));
      supply.arrive({ index: at, payload: end.value, rounds });
      return;
    }
    supply.arrive();
    if (this.#heard) this.#ends.pass(Math.max(at, 0), end);
    for (const follower of this.followers) follower.arrive(index, { at, end, turn });
  }

  /** What occurs when it is over, in order: the values, unless a failure stands in the way, and how every element came out. */
  occurring(index: PlanIndex): readonly { trigger: number; payload: unknown; completion: Completion }[] {
    if (!this.#heard) return none;
    const collect = index.collectKey(this.step);
    const outcomes = index.outcomesKey(this.step);
    const triggers = this.isWhole ? [collect, outcomes] : [outcomes];
    const completion: Completion = { step: this.step, turn: this.turn, triggers };
    return triggers
      .filter((trigger) => index.hears[trigger]!.length > 0)
      .map((trigger) => ({
        trigger,
        payload: trigger === collect ? this.#ends.completed() : this.#ends.all(this.supply.length),
        completion,
      }));
  }

  toJSON(): PassData {
    const { id, step, turn, supply } = this;
    const from = supply instanceof ListSupply ? { list: supply.list, next: supply.next } : { follows: supply.toJSON() };
    return { id, step, turn, trigger: this.#trigger, ...from, ...this.#ends.toJSON() };
  }

  static fromJSON(index: PlanIndex, data: PassData): Pass {
    const { follows, list, next } = data;
    const pass = new Pass(index, data, follows ? ElementSupply.fromJSON(follows) : new ListSupply(list, next));
    pass.#ends.restore(data);
    return pass;
  }
}

const none: readonly never[] = Object.freeze([]);
