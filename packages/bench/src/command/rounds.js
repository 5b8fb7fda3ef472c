/**
 * The rounds: in each, every contender does every workload once, in a process of its own, workload by workload, so that what
 * else the machine does falls on all alike. Who comes first changes from round to round.
 */
import { floorKeyOf, main } from "../report/catalog.js";
import { listCells, runCell } from "./run-cell.js";

/**
 * @typedef {object} CellRecord
 * @property {string} contender
 * @property {string} key
 * @property {{ round: number, result: Record<string, number> }[]} runs
 * @property {string} [failure] why there are no (more) runs
 */

/**
 * @param {import("./contenders.js").Contender[]} contenders those that cannot take part are marked so
 * @param {{ workloads: readonly string[], rounds: number, quick: boolean, large: boolean, minutes: number }} options
 * @returns {{ records: CellRecord[], rounds: number, outOfTime: boolean }} the rounds that were finished
 */
export function runRounds(contenders, { workloads, rounds, quick, large, minutes }) {
  const end = Date.now() + minutes * 60_000;
  const cellOptions = { quick, large, timeout: quick ? 40_000 : 120_000 };
  const { plan, records } = planRounds(contenders, { workloads, quick, cellOptions });
  for (let round = 0; round < rounds; round++) {
    for (const workload of workloads) {
      for (const { cell, record } of inTurn(plan.get(workload) ?? [], round)) {
        if (Date.now() > end) return { records: [...records.values()], rounds: round, outOfTime: true };
        if (record.failure === undefined) runOnce({ cell, record, round }, cellOptions);
      }
    }
  }
  return { records: [...records.values()], rounds, outOfTime: false };
}

function planRounds(contenders, { workloads, quick, cellOptions }) {
  /** @type {Map<string, { cell: import("./run-cell.js").Cell, record: CellRecord }[]>} */
  const plan = new Map();
  /** @type {Map<string, CellRecord>} */
  const records = new Map();
  for (const contender of contenders) {
    if (contender.leftOut !== undefined) continue;
    for (const cell of cellsOf(contender, cellOptions)) {
      const workload = cell.key.slice(0, cell.key.indexOf(":"));
      if (!workloads.includes(workload)) continue;
      /** @type {CellRecord} */
      const record = { contender: contender.name, key: cell.key, runs: [] };
      if (quick && contender.slow?.includes(workload)) record.failure = "left out of a quick run";
      records.set(`${contender.name} ${cell.key}`, record);
      plan.set(workload, [...(plan.get(workload) ?? []), { cell, record }]);
    }
  }
  return { plan, records };
}

/** A peer whose code does not load is left out; Millrace must load. */
function cellsOf(contender, cellOptions) {
  try {
    return listCells(contender, cellOptions);
  } catch (error) {
    if (!contender.isPeer) throw error;
    contender.leftOut = `it does not load: ${error instanceof Error ? error.message : String(error)}`;
    return [];
  }
}

/** Cells of one case stand together, so that the sides of a ratio are close in time; who begins changes with the round. */
function inTurn(planned, round) {
  const cases = [...new Set(planned.map(({ record }) => floorKeyOf(record.key)))];
  return cases.flatMap((key) => {
    const same = planned.filter(({ record }) => floorKeyOf(record.key) === key);
    const first = round % same.length;
    return [...same.slice(first), ...same.slice(0, first)];
  });
}

function runOnce({ cell, record, round }, cellOptions) {
  const name = `round ${round + 1}  ${cell.key}  ${cell.contender.title}`;
  try {
    const result = runCell(cell, cellOptions);
    record.runs.push({ round, result });
    process.stderr.write(`${name}: ${main(cell.key, result)}\n`);
  } catch (error) {
    record.failure = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${name}: ${record.failure}\n`);
  }
}
