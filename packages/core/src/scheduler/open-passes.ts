/** The lists that `forEach` steps of a run are on their way through, by number, in the order in which they were handed over. */
import { type Firing, Pass, type PassData } from "./passes.js";
import type { PlanIndex } from "./plan-index.js";
import type { StepCallRecord } from "./types.js";

/** Lists so far, and those with elements to come. */
export interface PassesData {
  readonly count: number;
  readonly open: readonly PassData[];
}

export interface EndedPasses {
  readonly lists: number;
  /** Those that had results to hand over. */
  readonly gathered: number;
}

export class OpenPasses {
  readonly #index: PlanIndex;
  readonly #open = new Map<number, Pass>();
  readonly #ended: (EndedPasses | undefined)[] = [];
  #count = 0;

  constructor(index: PlanIndex) {
    this.#index = index;
  }

  restore({ count, open }: PassesData): void {
    this.#count = count;
    for (const pass of open) this.#open.set(pass.id, Pass.fromJSON(this.#index, pass));
  }

  add(step: number, firing: Firing): Pass {
    const pass = new Pass(this.#index, { id: ++this.#count, step }, firing);
    this.#open.set(pass.id, pass);
    return pass;
  }

  get(id: number | undefined): Pass | undefined {
    return id === undefined ? undefined : this.#open.get(id);
  }

  /** Its calls are no longer wanted. */
  delete(pass: Pass): void {
    this.#open.delete(pass.id);
  }

  /** It is over: its elements have all come to an end. */
  end(pass: Pass): void {
    this.delete(pass);
    const { lists, gathered } = this.endedOf(pass.step);
    this.#ended[pass.step] = { lists: lists + 1, gathered: gathered + (pass.isWhole ? 1 : 0) };
  }

  /** How many lists of a step have come to their end, as far as this scheduler has seen it: snapshots do not tell. */
  endedOf(step: number): EndedPasses {
    return this.#ended[step] ?? { lists: 0, gathered: 0 };
  }

  /** As it stands now: what is added or deleted while they are gone through does not matter. */
  values(): Pass[] {
    return [...this.#open.values()];
  }

  /** The payload of a stored call, which counts as open from now on. */
  resume({ pass, index }: Pick<StepCallRecord, "pass" | "index">): unknown {
    return this.get(pass)?.resume(index!);
  }

  toJSON(): PassesData {
    return { count: this.#count, open: this.values().map((pass) => pass.toJSON()) };
  }
}
