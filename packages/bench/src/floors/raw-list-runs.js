/** The floor of W13: one table with the columns of a record, and the one index that each of these pages needs. */

import { sizes } from "../measure/sizes.js";
import { checkpoint, openDatabase } from "../measure/sqlite.js";
import { storedRun } from "../workloads/list-runs.js";

const flow = "Listed";
const columns = "id, flow, status, created_at, updated_at, version, plan_hash";

export const rawListRuns = {
  prepare(folder, runs) {
    const database = openDatabase(folder);
    database.exec(`CREATE TABLE run (
        id TEXT PRIMARY KEY, flow TEXT NOT NULL, status TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
        version TEXT, plan_hash TEXT NOT NULL
      );
      CREATE INDEX by_status ON run (flow, status, created_at);
      CREATE INDEX by_time ON run (flow, created_at);
      BEGIN`);
    const insert = database.prepare(`INSERT INTO run (${columns}) VALUES (?, ?, ?, ?, ?, NULL, 'hash')`);
    for (let number = 0; number < runs; number++) {
      const { id, status, createdAt } = storedRun(number);
      insert.run(id, flow, status, createdAt, createdAt + 1);
    }
    database.exec("COMMIT");
    checkpoint(database);
    database.close();
  },
  open(folder) {
    const database = openDatabase(folder);
    const of = (where) =>
      database.prepare(
        `SELECT ${columns} FROM run WHERE flow = ? ${where} ORDER BY created_at DESC LIMIT ${sizes.pageSize}`,
      );
    const [newest, failed, deep] = [of(""), of("AND status = 'failed'"), of("AND created_at < ?")];
    return {
      /** @param {import("../workloads/list-runs.js").PageQuery} query */
      async page({ status, before }) {
        const rows = status ? failed.all(flow) : before === undefined ? newest.all(flow) : deep.all(flow, before);
        return rows.map((row) => /** @type {{ id: string }} */ (row).id);
      },
      close: () => database.close(),
    };
  },
};
