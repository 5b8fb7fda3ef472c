/** The floors of W7: the state as last saved, read as one row; or made again from every step's row. */
import { checkpoint, loadSqlite, openDatabase } from "../measure/sqlite.js";
import { smallState } from "../workloads/in-memory.js";
import { smallStep } from "./plain.js";
import { openRaw, rawChain } from "./raw-sqlite.js";

const run = "run";

async function prepare(folder, steps) {
  const raw = openRaw(folder, "normal");
  raw.database.exec("BEGIN");
  await rawChain((row) => {
    raw.database.prepare("INSERT OR REPLACE INTO run VALUES (?, ?, ?)").run(row.run, row.number, row.state);
    raw.addStep.run(row.run, row.number, row.name, row.data);
  })(steps)(run);
  raw.database.exec("COMMIT");
  checkpoint(raw.database);
  raw.close();
}

async function lastStep(state, reached) {
  reached();
  return (await smallStep(state)).count;
}

export const fromSnapshot = {
  prepare,
  warm: loadSqlite,
  define: (_steps, reached) => (folder) => {
    const state = openDatabase(folder).prepare("SELECT state FROM run WHERE id = ?").pluck().get(run);
    return lastStep(JSON.parse(String(state)), reached);
  },
};

export const fromHistory = {
  prepare,
  warm: loadSqlite,
  define: (_steps, reached) => (folder) => {
    const rows = openDatabase(folder).prepare("SELECT data FROM step WHERE run = ? ORDER BY number").pluck();
    let state = smallState;
    for (const data of rows.iterate(run)) state = { ...state, ...JSON.parse(String(data)) };
    return lastStep(state, reached);
  },
};
