/**
 * `forEach` steps on their way through lists. A pass is one list: a cursor, what is being worked on, and how its elements came
 * out, as far as somebody waits for that. It asks for no more calls than may run at once, so a list of any length costs its
 * results and no more. A pass may follow another one element by element: it begins with it, is called for what is done there, and
 * the other calls for no more as long as too much waits before this one.
 */
import type { ForEachPolicy } from "../definition/index.js";
import { type ElementEnd, ElementEnds, type EndsData } from "./element-ends.js";
import { type Element, ElementSupply, type FollowingData, ListSupply, type Trail } from "./element-supplies.js";
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
  /** Elements that calls are open for, as far as a call does not hold all there is to know of them; missing: none. */
  readonly called?: readonly (readonly CalledElement[])[];
}

/** The call holds what it is handed. */
type CalledElement = Omit<Element, "payload" | "rounds">;

/** An element that a call has come to an end for. */
export interface Done {
  readonly at: number;
  readonly end: ElementEnd;
  /** That of the call. */
  readonly turn: Turn;
  readonly trail?: Trail;
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
  /** How many elements a call is handed at once. */
  readonly #batch: number;
  /** Whether elements come with something that is wanted behind this step. */
  readonly #isLaden: boolean;
  readonly #ends = new ElementEnds();
  /** By the index of the first: the elements of open calls. */
  readonly #called = new Map<number, readonly CalledElement[]>();
  /** Calls that are open. */
  #running = 0;

  constructor(index: PlanIndex, { id, step, turn, trigger }: PassFacts, supply: ListSupply | ElementSupply) {
    this.id = id;
    this.step = step;
    this.turn = turn;
    this.supply = supply;
    this.#policy = index.plan.steps[step]!.forEach!;
    this.#batch = this.#policy.batch ?? 1;
    this.#isLaden = index.trails?.areWanted(step) ?? false;
    this.#trigger = trigger;
    this.#heard = index.hears[index.collectKey(step)]!.length + index.hears[index.outcomesKey(step)]!.length > 0;
  }

  /** Whether another element may be called for. */
  get hasRoom(): boolean {
    if (!this.supply.hasNext(this.#batch) || this.#running >= this.#policy.concurrency) return false;
    return !this.followers.some((follower) => follower.isFull);
  }

  /** As much waits before it as it can work on at once. */
  get isFull(): boolean {
    return this.supply instanceof ElementSupply && this.supply.waitingCount >= this.#policy.concurrency * this.#batch;
  }

  get isOver(): boolean {
    return this.#running === 0 && this.supply.isSpent;
  }

  /** Whether its results are handed over: no failure stands in the way. */
  get isWhole(): boolean {
    return !this.#ends.hasFailed || this.#policy.onError === "collect";
  }

  /** The call of the next element, or of several. Its number is its round: no two calls for elements of a run have the same. */
  call(index: PlanIndex, id: number, number: number): StepCallRecord {
    const { step, id: pass } = this;
    const element = this.supply.take();
    const turn = withRound(this.turnOf(element), index.elementLoop(step), number);
    const payload = this.#take(element);
    this.#running++;
    return { id, step, number, turn, trigger: this.#trigger, payload, index: element.index, pass };
  }

  /** What a call is handed, beginning with an element. */
  #take(first: Element): unknown {
    const isList = this.#policy.batch !== undefined && first.index >= 0;
    if (!isList) {
      if (first.trail) this.#called.set(first.index, [calledElement(first)]);
      return first.payload;
    }
    const elements = [first];
    while (elements.length < this.#batch && !this.supply.isEmpty) elements.push(this.supply.take());
    this.#called.set(first.index, elements.map(calledElement));
    return Object.freeze(elements.map(({ payload }) => payload));
  }

  /** That of an element's call, but for the round that the call adds. A call for several is of the list's turn. */
  turnOf({ rounds }: Element): Turn {
    return rounds && this.#policy.batch === undefined ? highestTurn(this.turn, rounds) : this.turn;
  }

  /** The payload of a call that was open when the pass was stored; undefined: the call holds it. */
  resume(index: number): unknown {
    this.#running++;
    const { supply } = this;
    if (!(supply instanceof ListSupply)) return undefined;
    const batch = this.#policy.batch === undefined ? undefined : this.#called.get(index);
    return batch ? Object.freeze(batch.map((one) => supply.payloadOf(one.index))) : supply.payloadOf(index);
  }

  /** A call has come to an end: so have its elements. */
  settle(index: PlanIndex, { at, end, turn }: Done): readonly Done[] {
    this.#running--;
    const called = this.#called.get(at);
    if (called) this.#called.delete(at);
    else if (this.followers.length === 0) {
      if (this.#heard) this.#ends.note(Math.max(at, 0), end);
      return none;
    }
    const elements = called ?? [{ index: at }];
    const isList = this.#policy.batch !== undefined && at >= 0;
    return elements.map(({ index: place, trail }, n) => {
      const own = isList ? endOfOne(end, n) : end;
      if (this.#heard) this.#ends.note(Math.max(place, 0), own);
      if (!index.trails || this.followers.length === 0 || own.status !== "completed")
        return { at: place, end: own, turn };
      const element = this.supply instanceof ListSupply ? this.supply.payloadOf(place) : undefined;
      return { at: place, end: own, turn, trail: index.trails.from(this.step, { element, trail, value: own.value }) };
    });
  }

  /** An element is done in the pass that this one follows. What did not complete there passes this one by, and those after it. */
  arrive(index: PlanIndex, done: Done): void {
    const { at, end, turn, trail = noTrail } = done;
    const supply = this.supply as ElementSupply;
    if (end.status === "completed") {
      const rounds = turnWithin(turn, (loop) => loop >= index.elementLoop(0));
      const payload = index.trails ? index.trails.payload(this.step, end.value, trail) : end.value;
      const onward = this.#isLaden && { trail: index.trails!.onward(this.step, trail) };
      supply.arrive({ index: at, payload, rounds, ...onward });
      return;
    }
    supply.arrive();
    if (this.#heard) this.#ends.pass(Math.max(at, 0), end);
    for (const follower of this.followers) follower.arrive(index, done);
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
    const called = this.#called.size > 0 && { called: [...this.#called.values()] };
    return { id, step, turn, trigger: this.#trigger, ...from, ...called, ...this.#ends.toJSON() };
  }

  static fromJSON(index: PlanIndex, data: PassData): Pass {
    const { follows, list, next, called = none } = data;
    const pass = new Pass(index, data, follows ? ElementSupply.fromJSON(follows) : new ListSupply(list, next));
    pass.#ends.restore(data);
    for (const elements of called) pass.#called.set(elements[0]!.index, elements);
    return pass;
  }
}

const none: readonly never[] = Object.freeze([]);
const noTrail: Trail = none;

const calledElement = ({ index, trail }: Element): CalledElement => (trail ? { index, trail } : { index });

/** Of a call for several, whose result is a list. */
function endOfOne(end: ElementEnd, n: number): ElementEnd {
  return end.status === "completed" ? { status: "completed", value: (end.value as readonly unknown[])[n] } : end;
}
