/** A step's way through one list, by the book. */
import type { StepCallRecord } from "../types.js";
import type { Rounds } from "./reference-turns.js";

interface End {
  readonly status: "completed" | "skipped" | "failed";
  readonly value?: unknown;
  readonly error?: unknown;
}

export class ReferencePass {
  readonly id: number;
  readonly step: number;
  readonly rounds: Rounds;
  readonly trigger: string;
  readonly #list: unknown;
  /** By index; undefined: not yet called, or running. */
  readonly #ends: (End | undefined)[];
  next = 0;

  constructor(
    { id, step }: { id: number; step: number },
    { rounds, trigger, payload }: Pick<ReferencePass, "rounds" | "trigger"> & { payload: unknown },
  ) {
    this.id = id;
    this.step = step;
    this.rounds = rounds;
    this.trigger = trigger;
    this.#list = payload;
    this.#ends = new Array(this.elements.length).fill(undefined);
  }

  /** What is no list is one element, of index -1. */
  get elements(): readonly unknown[] {
    return Array.isArray(this.#list) ? this.#list : [this.#list];
  }

  get isOver(): boolean {
    return this.#ends.every((end) => end !== undefined);
  }

  /** Payload and index of the next element. */
  take(): Pick<StepCallRecord, "payload" | "index"> {
    const position = this.next++;
    return { payload: this.elements[position], index: Array.isArray(this.#list) ? position : -1 };
  }

  end(index: number, end: End): void {
    this.#ends[Math.max(0, index)] = end;
  }

  get hasFailures(): boolean {
    return this.#ends.some((end) => end?.status === "failed");
  }

  get values(): unknown[] {
    return this.#ends.filter((end) => end?.status === "completed").map((end) => end?.value);
  }

  get ends(): readonly unknown[] {
    return this.#ends;
  }
}
