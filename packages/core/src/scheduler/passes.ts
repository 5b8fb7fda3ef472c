/**
 * `forEach` steps on their way through lists. A pass is one list: a cursor, what is being worked on, and how its elements came
 * out, as far as somebody waits for that. It asks for no more calls than may run at once, so a list of any length costs its
 * results and no more.
 */
import type { ForEachPolicy } from "../definition/index.js";
import type { PlanIndex } from "./plan-index.js";
import { type Completion, withRound } from "./turns.js";
import type { StepCallRecord, Turn } from "./types.js";

/** How a call of an element came out. */
export type ElementEnd =
  | { readonly status: "completed"; readonly value: unknown }
  | { readonly status: "skipped" }
  | { readonly status: "failed"; readonly error: unknown };

/** A pass as plain data. */
export interface PassData {
  readonly id: number;
  readonly step: number;
  /** That of what brought the list; each element's call adds a round of its own. */
  readonly turn: Turn;
  readonly trigger: string;
  /** As it was handed over. */
  readonly list: unknown;
  /** The index of the next element to call for. */
  readonly next: number;
  /** By index; missing where nobody waits for them. */
  readonly values: readonly unknown[];
  readonly skipped: readonly number[];
  readonly failures: readonly (readonly [index: number, error: unknown])[];
}

/** What calls a step: what fired, with its turn. */
export interface Firing {
  readonly turn: Turn;
  readonly trigger: string;
  readonly payload: unknown;
}

/** The index of a call that stands for what is no list: it fails. */
export const notAList = -1;

export class Pass {
  readonly id: number;
  readonly step: number;
  readonly turn: Turn;
  readonly #policy: ForEachPolicy;
  readonly #trigger: string;
  readonly #list: unknown;
  readonly #elements: readonly unknown[] | undefined;
  readonly #heard: boolean;
  readonly #values: unknown[] = [];
  readonly #skipped: number[] = [];
  readonly #failures: [index: number, error: unknown][] = [];
  #next = 0;
  /** Calls that are open. */
  running = 0;

  constructor(index: PlanIndex, { id, step }: Pick<PassData, "id" | "step">, { turn, trigger, payload }: Firing) {
    this.id = id;
    this.step = step;
    this.turn = turn;
    this.#policy = index.plan.steps[step]!.forEach!;
    this.#trigger = trigger;
    this.#list = payload;
    this.#elements = elementsOf(payload);
    this.#heard = index.hears[index.collectKey(step)]!.length + index.hears[index.outcomesKey(step)]!.length > 0;
  }

  get #length(): number {
    return this.#elements?.length ?? 1;
  }

  /** Whether another element may be called for. */
  get hasRoom(): boolean {
    return this.#next < this.#length && this.running < this.#policy.concurrency;
  }

  get isOver(): boolean {
    return this.running === 0 && this.#next === this.#length;
  }

  /** Whether its results are handed over: no failure stands in the way. */
  get isWhole(): boolean {
    return this.#failures.length === 0 || this.#policy.onError === "collect";
  }

  /** The call of the next element. Its number is its round: no two elements of a run have the same. */
  call(index: PlanIndex, id: number, number: number): StepCallRecord {
    const { step, id: pass } = this;
    const turn = withRound(this.turn, index.elementLoop(step), number);
    const position = this.#elements ? this.#next : notAList;
    this.#next++;
    this.running++;
    return { id, step, number, turn, trigger: this.#trigger, payload: this.payloadOf(position), index: position, pass };
  }

  payloadOf(index: number): unknown {
    return this.#elements ? this.#elements[index] : this.#list;
  }

  /** The payload of a call that was open when the pass was stored. */
  resume(index: number): unknown {
    this.running++;
    return this.payloadOf(index);
  }

  settle(index: number, end: ElementEnd): void {
    this.running--;
    if (!this.#heard) return;
    this.#note(Math.max(index, 0), end);
  }

  #note(index: number, end: ElementEnd): void {
    // filled up to there: an array with holes is slow, and not every store keeps them
    while (this.#values.length <= index) this.#values.push(null);
    if (end.status === "completed") this.#values[index] = end.value;
    else if (end.status === "skipped") this.#skipped.push(index);
    else this.#failures.push([index, end.error]);
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
      .map((trigger) => ({ trigger, payload: trigger === collect ? this.#collected() : this.#ends(), completion }));
  }

  #collected(): readonly unknown[] {
    const missing = new Set([...this.#skipped, ...this.#failures.map(([index]) => index)]);
    return Object.freeze(this.#values.filter((_, index) => !missing.has(index)));
  }

  #ends(): readonly ElementEnd[] {
    const ends = Array.from({ length: this.#length }, (_, index): ElementEnd => {
      return Object.freeze({ status: "completed", value: this.#values[index] });
    });
    for (const index of this.#skipped) ends[index] = Object.freeze({ status: "skipped" });
    for (const [index, error] of this.#failures) ends[index] = Object.freeze({ status: "failed", error });
    return Object.freeze(ends);
  }

  toJSON(): PassData {
    return {
      id: this.id,
      step: this.step,
      turn: this.turn,
      trigger: this.#trigger,
      list: this.#list,
      next: this.#next,
      values: [...this.#values],
      skipped: [...this.#skipped],
      failures: [...this.#failures],
    };
  }

  static fromJSON(index: PlanIndex, data: PassData): Pass {
    const { turn, trigger, list } = data;
    const pass = new Pass(index, data, { turn, trigger, payload: list });
    pass.#next = data.next;
    for (const value of data.values) pass.#values.push(value);
    pass.#skipped.push(...data.skipped);
    for (const [at, error] of data.failures) pass.#failures.push([at, error]);
    return pass;
  }
}

const none: readonly never[] = Object.freeze([]);

/** The elements of an array, a Set, a Map (as pairs) or a typed array; undefined for what is no list. */
function elementsOf(list: unknown): readonly unknown[] | undefined {
  if (Array.isArray(list)) return list;
  const isList = typeof list === "object" && list !== null && Symbol.iterator in list;
  return isList ? [...(list as Iterable<unknown>)] : undefined;
}
