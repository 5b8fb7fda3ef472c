/** A step's way through one list, by the book, or through the elements that another step is done with. */
import type { StepCallRecord } from "../types.js";
import type { Rounds } from "./reference-turns.js";

export interface End {
  readonly status: "completed" | "skipped" | "failed";
  readonly value?: unknown;
  readonly error?: unknown;
}

/** By step, what it has made of an element; of the step that returned the list, the element. */
type History = ReadonlyMap<number, unknown>;

export interface Element extends Pick<StepCallRecord, "payload" | "index"> {
  readonly rounds: Rounds;
  readonly history: History;
}

export class ReferencePass {
  readonly id: number;
  readonly step: number;
  readonly rounds: Rounds;
  readonly trigger: string;
  /** The pass that it follows. */
  readonly source: ReferencePass | undefined;
  /** By index; undefined: not yet called, or running. */
  readonly #ends: (End | undefined)[];
  /** Places where an element has failed in this step. */
  readonly #failed = new Set<number>();
  /** Those that may be called for. */
  readonly waiting: Element[];
  /** By index of the first: the elements of calls. */
  readonly called = new Map<number, readonly Element[]>();

  constructor(
    { id, step, source, from = -1 }: { id: number; step: number; source?: ReferencePass; from?: number },
    { rounds, trigger, payload }: Pick<ReferencePass, "rounds" | "trigger"> & { payload?: unknown },
  ) {
    this.id = id;
    this.step = step;
    this.rounds = rounds;
    this.trigger = trigger;
    this.source = source;
    if (source) this.waiting = [];
    else if (Array.isArray(payload))
      this.waiting = payload.map((one, index) => ({ payload: one, index, rounds, history: new Map([[from, one]]) }));
    // what is no list is one element, of index -1
    else this.waiting = [{ payload, index: -1, rounds, history: new Map() }];
    this.#ends = new Array(source ? source.#ends.length : this.waiting.length).fill(undefined);
  }

  get isOver(): boolean {
    return this.#ends.every((end) => end !== undefined);
  }

  end(index: number, end: End): void {
    this.#ends[Math.max(0, index)] = end;
    if (end.status === "failed") this.#failed.add(index);
  }

  /** It came to its end in a step before. */
  passBy(index: number, end: End): void {
    this.#ends[Math.max(0, index)] = end;
  }

  get hasFailures(): boolean {
    return this.#failed.size > 0;
  }

  get values(): unknown[] {
    return this.#ends.filter((end) => end?.status === "completed").map((end) => end?.value);
  }

  get ends(): readonly unknown[] {
    return this.#ends;
  }
}
