/**
 * The floor with a store: better-sqlite3 and the least that makes a step durable with a history: in one transaction one upsert
 * of the run's state and one insert of the step. Grouped: all steps that end in one turn of the event loop share a transaction.
 */
import { checkpoint, openDatabase } from "../measure/sqlite.js";
import { smallState } from "../workloads/in-memory.js";
import { smallStep } from "./plain.js";

const schema = `
  CREATE TABLE IF NOT EXISTS run (id TEXT PRIMARY KEY, step INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS step (
    run TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (run, number)
  ) WITHOUT ROWID`;

/** @typedef {{ run: string, number: number, name: string, state: string, data: string }} StepRow */

export function openRaw(folder, durability) {
  const database = openDatabase(folder, durability);
  database.exec(schema);
  const putRun = database.prepare(
    "INSERT INTO run VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET step = excluded.step, state = excluded.state",
  );
  const addStep = database.prepare("INSERT INTO step VALUES (?, ?, ?, ?)");
  const begin = database.prepare("BEGIN");
  const commit = database.prepare("COMMIT");

  /** @param {StepRow} row */
  const write = ({ run, number, name, state, data }) => {
    putRun.run(run, number, state);
    addStep.run(run, number, name, data);
  };
  /** @param {StepRow} row */
  const save = (row) => {
    begin.run();
    write(row);
    commit.run();
  };
  return { database, addStep, save, saveGrouped: grouped({ begin, commit, write }), close: () => database.close() };
}

/** @returns {(row: StepRow) => Promise<void>} */
function grouped({ begin, commit, write }) {
  let queue = [];
  const flush = () => {
    const batch = queue;
    queue = [];
    begin.run();
    for (const { row } of batch) write(row);
    commit.run();
    for (const { saved } of batch) saved();
  };
  return (row) =>
    new Promise((saved) => {
      if (queue.push({ row, saved }) === 1) setImmediate(flush);
    });
}

/** @param {(row: StepRow) => unknown} save */
export const rawChain = (save) => (steps) => async (id) => {
  let state = smallState;
  for (let number = 1; number <= steps; number++) {
    state = await smallStep(state);
    const data = JSON.stringify({ count: state.count });
    await save({ run: id, number, name: `step${number}`, state: JSON.stringify(state), data });
  }
  return state.count;
};

/** One row for each thing, and nothing else. */
export const rawThings = (folder, durability) => {
  const raw = openRaw(folder, durability);
  const count = raw.database.prepare("SELECT count(*) FROM step WHERE run = ?").pluck();
  return {
    chain: (things) => async (id) => {
      let done = 0;
      while (done < things) {
        done += await one();
        raw.addStep.run(id, done, "thing", JSON.stringify(1));
      }
      return done;
    },
    settle: () => checkpoint(raw.database),
    storedSteps: (id) => Number(count.get(id)),
    close: raw.close,
  };
};

const one = async () => 1;

/** @param {"save" | "saveGrouped"} how */
export const rawStore = (how) => (folder, durability) => {
  const raw = openRaw(folder, durability);
  const count = raw.database.prepare("SELECT count(*) FROM step WHERE run = ?").pluck();
  return {
    chain: rawChain(raw[how]),
    settle: () => checkpoint(raw.database),
    storedSteps: (id) => Number(count.get(id)),
    close: raw.close,
  };
};
