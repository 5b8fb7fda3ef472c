/**
 * The lists that `forEach` steps of a run are on their way through, by number, in the order in which they were handed over; a pass
 * that follows another one stands after it.
 */
import type { ElementEnd } from "./element-ends.js";
import { ElementSupply, ListSupply } from "./element-supplies.js";
import { type Firing, Pass, type PassData } from "./passes.js";
import type { PlanIndex } from "./plan-index.js";
import { turnFor } from "./turns.js";
import type { StepCallRecord, Turn } from "./types.js";

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

/** What passes ask for. */
export interface PassCaller {
  /** Whether anything new may be called. */
  readonly mayCall: () => boolean;
  /** Calls for the pass's next element. */
  readonly call: (pass: Pass) => void;
  /** All its elements are done. */
  readonly over: (pass: Pass) => void;
}

export class OpenPasses {
  readonly #index: PlanIndex;
  readonly #caller: PassCaller;
  readonly #open = new Map<number, Pass>();
  readonly #ended: (EndedPasses | undefined)[] = [];
  #count = 0;

  constructor(index: PlanIndex, caller: PassCaller) {
    this.#index = index;
    this.#caller = caller;
  }

  get size(): number {
    return this.#open.size;
  }

  restore({ count, open }: PassesData): void {
    this.#count = count;
    for (const data of open) {
      const pass = Pass.fromJSON(this.#index, data);
      if (data.follows) this.#link(this.#open.get(data.follows.source), pass);
      this.#open.set(pass.id, pass);
    }
  }

  /** Goes through a list, and lets those steps follow that go on with its elements. */
  begin(step: number, { turn, trigger, payload }: Firing): void {
    const pass = new Pass(this.#index, { id: ++this.#count, step, turn, trigger }, new ListSupply(payload));
    this.#open.set(pass.id, pass);
    if (this.#index.isFollowed) this.#beginFollowers(pass);
    this.#goThrough(pass);
  }

  get(id: number | undefined): Pass | undefined {
    return id === undefined ? undefined : this.#open.get(id);
  }

  /** Its calls are no longer wanted. */
  delete(pass: Pass): void {
    this.#open.delete(pass.id);
    const { source } = pass;
    if (!source) return;
    source.followers.splice(source.followers.indexOf(pass), 1);
    pass.source = undefined;
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

  /** What triggers may still come from: passes, and the elements that wait between two of them. */
  sources(): { readonly step: number; readonly turn: Turn }[] {
    if (!this.#index.isFollowed) return this.values();
    return this.values().flatMap((pass) => {
      const { step, supply } = pass;
      if (supply instanceof ListSupply) return [pass];
      return [pass, ...supply.waiting().map((element) => ({ step, turn: pass.turnOf(element) }))];
    });
  }

  /** The payload of a stored call, which counts as open from now on. */
  resume({ pass, index }: Pick<StepCallRecord, "pass" | "index">): unknown {
    return this.get(pass)?.resume(index!);
  }

  /** Whether a call's payload need not be stored with it. */
  holds({ pass }: Pick<StepCallRecord, "pass">): boolean {
    return pass !== undefined && !(this.get(pass)?.supply instanceof ElementSupply);
  }

  /** An element's call has come to an end. */
  settle({ pass: id, index: at, turn }: Pick<StepCallRecord, "pass" | "index" | "turn">, end: ElementEnd): void {
    const pass = this.get(id);
    if (!pass) return;
    const done = pass.settle(this.#index, { at: at!, end, turn });
    for (const follower of pass.followers) for (const one of done) follower.arrive(this.#index, one);
    this.#goThrough(pass);
    // those of a pass that is over were gone through with its end
    for (const follower of pass.followers) if (follower.source) this.#callMore(follower);
  }

  /** Calls for what may be worked on by now, in all of them. */
  goOn(): void {
    for (const pass of this.values()) this.#callMore(pass);
  }

  toJSON(): PassesData {
    return { count: this.#count, open: this.values().map((pass) => pass.toJSON()) };
  }

  #beginFollowers(source: Pass): void {
    const { step, turn } = source;
    const trigger = this.#index.elementsKey(step);
    for (const { step: listener, leaf } of this.#index.hears[trigger]!) {
      const own = turnFor(this.#index, { step, turn, triggers: [trigger] }, { trigger, listener });
      const facts = { id: ++this.#count, step: listener, turn: own, trigger: leaf.key };
      const { length } = source.supply;
      const pass = new Pass(this.#index, facts, new ElementSupply({ source: source.id, length }));
      this.#link(source, pass);
      this.#open.set(pass.id, pass);
      this.#beginFollowers(pass);
    }
  }

  #link(source: Pass | undefined, follower: Pass): void {
    follower.source = source;
    source?.followers.push(follower);
  }

  /** Calls for as many elements as may be worked on at once; after the last one, hands over what they brought. */
  #goThrough(pass: Pass): void {
    this.#callMore(pass);
    if (!pass.isOver) return;
    this.end(pass);
    const followers = [...pass.followers];
    for (const follower of followers) follower.source = undefined;
    this.#caller.over(pass);
    // the end may have made one of them lose a race
    for (const follower of followers) if (this.#open.has(follower.id)) this.#goThrough(follower);
  }

  /** What is taken from between two passes makes room for the one before. */
  #callMore(pass: Pass): void {
    if (!pass.hasRoom || !this.#caller.mayCall()) return;
    while (pass.hasRoom) this.#caller.call(pass);
    if (pass.source) this.#callMore(pass.source);
  }
}
