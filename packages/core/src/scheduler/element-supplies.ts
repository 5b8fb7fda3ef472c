/** Where a pass takes its elements from: a list that is there, or the elements that another pass is done with. */
import type { Turn } from "./types.js";

/** What steps before have made of an element, by step. */
export type Trail = readonly (readonly [step: number, value: unknown])[];

/** An element that is called for. */
export interface Element {
  readonly index: number;
  readonly payload: unknown;
  /** Those of the elements that it came from, in the steps before; none: it stands in a list. */
  readonly rounds?: Turn;
  /** What steps behind the next one are handed; none: nothing. */
  readonly trail?: Trail;
}

/** The index of a call that stands for what is no list: it fails. */
export const notAList = -1;

export class ListSupply {
  readonly list: unknown;
  readonly #elements: readonly unknown[] | undefined;
  /** The index of the next element to call for. */
  next: number;

  constructor(list: unknown, next = 0) {
    this.list = list;
    this.#elements = elementsOf(list);
    this.next = next;
  }

  get length(): number {
    return this.#elements?.length ?? 1;
  }

  /** Whether there is something to call for, so many elements at once. */
  hasNext(_batch: number): boolean {
    return this.next < this.length;
  }

  /** No element is to come. */
  get isSpent(): boolean {
    return this.next === this.length;
  }

  /** Nothing is there to be taken. */
  get isEmpty(): boolean {
    return this.isSpent;
  }

  take(): Element {
    const index = this.#elements ? this.next : notAList;
    this.next++;
    return { index, payload: this.payloadOf(index) };
  }

  payloadOf(index: number): unknown {
    return this.#elements ? this.#elements[index] : this.list;
  }
}

/** As plain data. */
export interface FollowingData {
  /** The number of the pass that it follows. */
  readonly source: number;
  /** As many elements as the list has that was gone through first. */
  readonly length: number;
  /** Of these, how many have yet to come out of the source. */
  readonly due: number;
  /** Those that may be called for, in the order in which they came. */
  readonly waiting: readonly Element[];
}

export class ElementSupply {
  readonly source: number;
  readonly length: number;
  #due: number;
  /** From `#first` on: what is taken is cut off now and then, so that a long queue costs no more per element than a short one. */
  #waiting: Element[] = [];
  #first = 0;

  constructor({ source, length }: Pick<FollowingData, "source" | "length">) {
    this.source = source;
    this.length = length;
    this.#due = length;
  }

  /** Fewer are called for when no more are to come. */
  hasNext(batch: number): boolean {
    const { waitingCount } = this;
    return waitingCount >= batch || (waitingCount > 0 && this.#due === 0);
  }

  get isSpent(): boolean {
    return this.#due === 0 && this.waitingCount === 0;
  }

  get isEmpty(): boolean {
    return this.waitingCount === 0;
  }

  get waitingCount(): number {
    return this.#waiting.length - this.#first;
  }

  waiting(): readonly Element[] {
    return this.#waiting.slice(this.#first);
  }

  /** An element is done in the source; undefined: it goes no further. */
  arrive(element?: Element): void {
    this.#due--;
    if (element) this.#waiting.push(element);
  }

  take(): Element {
    const element = this.#waiting[this.#first++]!;
    if (this.#first === this.#waiting.length) {
      this.#waiting = [];
      this.#first = 0;
    }
    return element;
  }

  toJSON(): FollowingData {
    return { source: this.source, length: this.length, due: this.#due, waiting: this.waiting() };
  }

  static fromJSON(data: FollowingData): ElementSupply {
    const supply = new ElementSupply(data);
    supply.#due = data.due;
    supply.#waiting = [...data.waiting];
    return supply;
  }
}

/** The elements of an array, a Set, a Map (as pairs) or a typed array; undefined for what is no list. */
function elementsOf(list: unknown): readonly unknown[] | undefined {
  if (Array.isArray(list)) return list;
  const isList = typeof list === "object" && list !== null && Symbol.iterator in list;
  return isList ? [...(list as Iterable<unknown>)] : undefined;
}
