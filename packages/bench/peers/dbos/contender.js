/**
 * DBOS Transact on Postgres. Every step is durable, always: what stands under "memory" is durable too (synchronous_commit on).
 */
import { DBOS } from "@dbos-inc/dbos-sdk";
import { sizes } from "../../src/measure/sizes.js";
import { bigState, bigStateCell } from "../../src/workloads/big-state.js";
import { chainCell, fanOutCell, loopCell } from "../../src/workloads/in-memory.js";
import { openRunCell } from "../../src/workloads/open-run.js";
import { manyPersistedRunsCell, persistedChainCell } from "../../src/workloads/persisted.js";
import { createDatabase, dropDatabase, keptBytes, launch, loggedBytes, query } from "./database.js";
import {
  bigStateWorkflow,
  chainWorkflow,
  fanOutWorkflow,
  openRunWorkflow,
  useBigState,
  useLastStep,
} from "./workflows.js";

const database = `millrace_bench_${process.pid}`;

async function close() {
  await DBOS.shutdown();
  await dropDatabase(database);
}

/** The cell, with DBOS running on a new database. */
const launched = (cell) => async () => {
  await createDatabase(database);
  await launch(database);
  try {
    return await cell();
  } finally {
    await close();
  }
};

const chain = (steps) => () => chainWorkflow(steps);
const fanOut = (width) => () => fanOutWorkflow(width);

async function openStore(_folder, durability) {
  await createDatabase(database, { durability });
  await launch(database);
  return {
    chain: (steps) => async (workflowID) =>
      (await DBOS.startWorkflow(chainWorkflow, { workflowID })(steps)).getResult(),
    settle: () => undefined,
    keptBytes: () => keptBytes(database),
    writtenBytes: loggedBytes,
    storedSteps: async (id) => {
      const sql = `SELECT count(*) AS steps FROM dbos.operation_outputs WHERE workflow_uuid = '${id}'`;
      return Number((await query(sql, database))[0].steps);
    },
    close,
  };
}

async function openBigState() {
  await createDatabase(database, { durability: "normal" });
  await launch(database);
  return {
    async run(place, loop) {
      const state = bigState();
      useBigState({ state, place, loop });
      await bigStateWorkflow();
      return state;
    },
    settle: () => undefined,
    writtenBytes: () => Number.NaN,
    close,
  };
}

const prepared = "millrace_bench_open_run";
const openRun = {
  async prepare(_folder, steps) {
    await createDatabase(prepared);
    const reached = new Promise((reach) => {
      useLastStep(() => {
        reach();
        return new Promise(() => undefined);
      });
    });
    await launch(prepared);
    await DBOS.startWorkflow(openRunWorkflow, { workflowID: "run" })(steps);
    await reached;
  },
  warm: () => createDatabase(database, { template: prepared }),
  define(_steps, reached) {
    useLastStep(async (count) => {
      reached();
      return count + 1;
    });
    return async () => {
      await launch(database);
      const count = await DBOS.retrieveWorkflow("run").getResult();
      await close();
      return count;
    };
  },
};

export const cells = {
  "W1:memory": launched(chainCell(chain)),
  "W2:memory": launched(fanOutCell(fanOut)),
  "W3:10,000 turns": launched(loopCell(chain)),
  "W4:NORMAL": persistedChainCell(openStore, "normal"),
  "W4:FULL": persistedChainCell(openStore, "full"),
  "W5:outside": bigStateCell(openBigState, "outside"),
  "W5:element": bigStateCell(openBigState, "element"),
  "W6:NORMAL": manyPersistedRunsCell(openStore, "normal"),
  "W6:FULL": manyPersistedRunsCell(openStore, "full"),
  "W7:1,000 entries": openRunCell(openRun, sizes.history),
  // a workflow's steps are what `once` is inside a step
  "W12:NORMAL": persistedChainCell(openStore, "normal"),
};
