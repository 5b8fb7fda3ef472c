/** Millrace with SqlitePersistence. */
import { join } from "node:path";
import { SqlitePersistence } from "@millrace/sqlite";
import Database from "better-sqlite3";
import { checkpoint, loadSqlite } from "../measure/sqlite.js";
import { bigState } from "../workloads/big-state.js";
import { bigStateFlow, chainFlow, openRunFlow, thingsFlow } from "./flows.js";

export const fileIn = (folder) => join(folder, "flows.db");
/** Loops are longer here than the 1,000 calls of one step that a run may make by default. */
export const maxCalls = 1_000_000;

export function settle(folder) {
  const database = new Database(fileIn(folder));
  checkpoint(database);
  database.close();
}

export function openStore(folder, durability) {
  const persistence = new SqlitePersistence(fileIn(folder), {
    durability: durability === "full" ? "power" : "process",
  });
  let flow;
  return {
    chain(steps) {
      flow = new (chainFlow(steps))({ persistence });
      return async (id) => (await flow.kickoff({}, { id })).state.count;
    },
    settle: () => settle(folder),
    storedSteps: async (id) => (await flow.runs.history(id)).filter(({ entry }) => entry.type === "completed").length,
    close: () => persistence.close(),
  };
}

export function openThings(folder) {
  const persistence = new SqlitePersistence(fileIn(folder));
  let flow;
  return {
    chain(things) {
      flow = new (thingsFlow(things))({ persistence });
      return async (id) => Number((await flow.kickoff({}, { id })).output);
    },
    settle: () => settle(folder),
    storedSteps: async (id) => (await flow.runs.history(id)).filter(({ entry }) => entry.type === "once").length,
    close: () => persistence.close(),
  };
}

export function openBigState(folder) {
  const persistence = new SqlitePersistence(fileIn(folder));
  let flow;
  return {
    async run(place, loop) {
      flow = new (bigStateFlow(place, loop))({ persistence, maxCalls });
      return (await flow.kickoff(bigState(), { id: "big" })).state;
    },
    reread: async () => (await flow.resume("big")).state,
    settle: () => settle(folder),
    close: () => persistence.close(),
  };
}

/** The process that prepares goes away while the last step runs; the run is free at once, because its owner is seen dead. */
export const openRun = {
  warm: loadSqlite,
  async prepare(folder, turns) {
    const reached = new Promise((reach) => {
      const never = () => new Promise(() => reach(undefined));
      const flow = new (openRunFlow(turns, never))({ persistence: new SqlitePersistence(fileIn(folder)), maxCalls });
      void flow.kickoff({}, { id: "run" });
    });
    await reached;
    settle(folder);
  },
  define(turns, reached) {
    const OpenRun = openRunFlow(turns, reached);
    OpenRun.plan();
    return async (folder) => {
      const flow = new OpenRun({ persistence: new SqlitePersistence(fileIn(folder)), maxCalls });
      return (await flow.resume("run")).state.count;
    };
  },
};
