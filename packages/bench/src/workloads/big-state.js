/**
 * W5: a state of about 1 MB of JSON, of which every step changes one field: `mark`, outside the large array, or `n` of one of
 * the array's elements. A loop whose length is found while it runs, so that fast and slow contenders are measured alike.
 */
import { expectEqual } from "../measure/checks.js";
import { folderBytes, scratchFolder, writtenBytes } from "../measure/scratch.js";
import { sizes } from "../measure/sizes.js";
import { now } from "../measure/timing.js";

/** @typedef {"outside" | "element"} Place */
/** @typedef {{ id: number, name: string, note: string, tag: string[], n: number }} Item */
/** @typedef {{ mark: number, items: Item[] }} BigState */

/** @returns {BigState} */
export const bigState = () => ({
  mark: 0,
  items: Array.from({ length: sizes.bigStateElements }, (_, id) => ({
    id,
    name: `item-${String(id).padStart(6, "0")}`,
    note: "lorem ipsum dolor sit amet consect",
    tag: ["a", "b"],
    n: 0,
  })),
});

/** Which element turn `turn` changes: another one each time, far from the last. */
export const elementOf = (turn) => (turn * 7919) % sizes.bigStateElements;

/** The change of a turn, made in place. */
export function changeInPlace(state, place, turn) {
  if (place === "outside") state.mark = turn;
  else state.items[elementOf(turn)].n = turn;
}

/** The change of a turn as a new state that shares the rest: the fields to replace. */
export function changedFields(state, place, turn) {
  if (place === "outside") return { mark: turn };
  const at = elementOf(turn);
  return { items: state.items.with(at, { ...state.items[at], n: turn }) };
}

/** @param {BigState} state @param {Place} place @param {number} turns */
export function expectBigState(state, place, turns) {
  expectEqual(state.items.length, sizes.bigStateElements, "number of items");
  const sum = state.items.reduce((total, item) => total + item.n, 0);
  expectEqual(sum, place === "element" ? (turns * (turns + 1)) / 2 : 0, "sum of n");
  expectEqual(state.mark, place === "outside" ? turns : 0, "mark");
}

const warmTurns = 3_000;
const warmMs = 1_000;
const maxTurns = 2_000;
const enoughTurns = 50;

/** Counts and times the turns of one loop. A step calls `next()` first; the loop ends when `done`. */
export class BigStateLoop {
  turn = 0;
  done = false;
  #first = now();
  #begin = { turn: 0, at: 0, written: 0 };
  #end = { turn: 0, at: 0, written: 0 };
  #written;

  /** @param {() => number} [written] bytes written so far */
  constructor(written = writtenBytes) {
    this.#written = written;
  }

  /** The number of the turn that begins, from 1. */
  next() {
    this.turn++;
    const at = now();
    if (this.#begin.turn === 0) {
      if (this.turn === 1) this.#first = at;
      if (this.turn > warmTurns || at - this.#first > warmMs) this.#begin = this.#mark();
      return this.turn;
    }
    const turns = this.turn - this.#begin.turn;
    const enough = turns >= enoughTurns && at - this.#begin.at > sizes.measureMs;
    if (enough || turns >= maxTurns) {
      this.done = true;
      this.#end = this.#mark();
    }
    return this.turn;
  }

  #mark() {
    return { turn: this.turn, at: now(), written: this.#written() };
  }

  result() {
    const turns = this.#end.turn - this.#begin.turn;
    return {
      micros: ((this.#end.at - this.#begin.at) * 1000) / turns,
      writtenBytes: (this.#end.written - this.#begin.written) / turns,
    };
  }
}

/**
 * @typedef {object} BigStateStore
 * @property {(place: Place, loop: BigStateLoop) => Promise<BigState>} run runs the loop, answers its final state
 * @property {() => BigState | Promise<BigState>} [reread] the state as the store has it
 * @property {() => unknown} settle
 * @property {() => number} [writtenBytes]
 * @property {() => unknown} close
 */

/** @param {(folder: string) => BigStateStore | Promise<BigStateStore>} open @param {Place} place */
export const bigStateCell = (open, place) => async () => {
  const folder = scratchFolder("big-state");
  const store = await open(folder);
  const loop = new BigStateLoop(store.writtenBytes);
  expectBigState(await store.run(place, loop), place, loop.turn);
  if (store.reread) expectBigState(await store.reread(), place, loop.turn);
  await store.settle();
  const keptMb = folderBytes(folder) / 1024 / 1024;
  await store.close();
  return { ...loop.result(), turns: loop.turn, keptMb: keptMb === 0 ? undefined : keptMb };
};
