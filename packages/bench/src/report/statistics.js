/** From single runs to medians, and to ratios taken round by round: a ratio's two sides were measured side by side. */
import { median } from "../measure/median.js";
import { floorKeyOf, workloadOf } from "./catalog.js";

/** @typedef {import("../command/rounds.js").CellRecord} CellRecord */
/** @typedef {{ median: number, low: number, high: number }} Spread */

/** @param {readonly number[]} values @returns {Spread | undefined} */
export function spreadOf(values) {
  const numbers = values.filter((value) => Number.isFinite(value));
  if (numbers.length === 0) return undefined;
  return { median: median(numbers), low: Math.min(...numbers), high: Math.max(...numbers) };
}

/** Answers questions about the records of a finished run. */
export class Results {
  #records = new Map();

  /** @param {readonly CellRecord[]} records */
  constructor(records) {
    this.all = records;
    for (const record of records) this.#records.set(`${record.contender} ${record.key}`, record);
  }

  /** @returns {CellRecord | undefined} */
  record(contender, key) {
    return this.#records.get(`${contender} ${key}`);
  }

  /** A field's spread over the rounds; without a field, the workload's main number. */
  spread(contender, key, field = workloadOf(key).metric) {
    return spreadOf(this.record(contender, key)?.runs.map(({ result }) => result[field] ?? Number.NaN) ?? []);
  }

  /** How many times the main number of `key` at `contender` is that of `otherKey` at `other`, round by round. */
  ratio([contender, key], [other, otherKey]) {
    const { metric } = workloadOf(key);
    const others = this.record(other, otherKey)?.runs ?? [];
    const ratios = (this.record(contender, key)?.runs ?? []).map(({ round, result }) => {
      const same = others.find((run) => run.round === round);
      return same === undefined ? Number.NaN : (result[metric] ?? Number.NaN) / (same.result[metric] ?? Number.NaN);
    });
    return spreadOf(ratios);
  }

  ratioToFloor(contender, key) {
    return this.ratio([contender, key], ["floor", floorKeyOf(key)]);
  }
}
