/** Mastra with LibSQLStore: by default it keeps a snapshot after every step. */
import { join } from "node:path";
import { Mastra } from "@mastra/core";
import { createStep, createWorkflow } from "@mastra/core/workflows";
import { LibSQLStore } from "@mastra/libsql";
import { z } from "zod";
import { scratchFolder } from "../../src/measure/scratch.js";
import { bigState, changedFields } from "../../src/workloads/big-state.js";
import { smallState } from "../../src/workloads/in-memory.js";
import { chainWorkflow, finished, loopWorkflow, runWorkflow, SmallState } from "./workflows.js";

async function openMastra(folder, workflows, durability = "normal") {
  const storage = new LibSQLStore({ id: "bench", url: `file:${join(folder, "mastra.db")}` });
  const mastra = new Mastra({ storage, workflows, logger: false });
  await storage.init();
  const client = storage.client ?? storage.turso;
  if (durability === "full") await client.execute("PRAGMA synchronous = FULL");
  return { mastra, client };
}

const checkpoint = (client) => client.execute("PRAGMA wal_checkpoint(TRUNCATE)");

export async function openStore(folder, durability) {
  const { mastra, client } = await openMastra(folder, {}, durability);
  return {
    chain(steps) {
      mastra.addWorkflow(chainWorkflow(steps), "chain");
      const workflow = mastra.getWorkflow("chain");
      return async (runId) => (await runWorkflow(workflow, { runId })).result.count;
    },
    settle: () => checkpoint(client),
    close: () => client.close(),
  };
}

export async function openBigState(folder) {
  const { mastra, client } = await openMastra(folder, {});
  return {
    async run(place, loop) {
      mastra.addWorkflow(bigStateWorkflow(place, loop), "big");
      const run = await mastra.getWorkflow("big").createRun({ runId: "big" });
      const options = { inputData: {}, initialState: bigState(), outputOptions: { includeState: true } };
      return finished(await run.start(options)).state;
    },
    settle: () => checkpoint(client),
    close: () => client.close(),
  };
}

function bigStateWorkflow(place, loop) {
  const Nothing = z.object({});
  const stateSchema = z.object({ mark: z.number(), items: z.array(z.any()) });
  const work = createStep({
    id: "work",
    inputSchema: Nothing,
    outputSchema: Nothing,
    stateSchema,
    async execute({ state, setState }) {
      await setState({ ...state, ...changedFields(state, place, loop.next()) });
      return {};
    },
  });
  return createWorkflow({ id: "big", inputSchema: Nothing, outputSchema: Nothing, stateSchema })
    .dountil(work, async () => loop.done)
    .commit();
}

/** A loop, then a step that suspends: so a Mastra run is left and gone on with. */
function waitingWorkflow(turns, reached) {
  const wait = createStep({
    id: "wait",
    inputSchema: SmallState,
    outputSchema: SmallState,
    resumeSchema: z.object({ go: z.boolean() }),
    async execute({ inputData, resumeData, suspend }) {
      if (!resumeData) return suspend({});
      reached();
      return { count: inputData.count + 1, last: "x" };
    },
  });
  return loopWorkflow(turns).then(wait).commit();
}

const unreachable = () => {
  throw new Error("the step that waits went on");
};

export const openRun = {
  warm: () => openMastra(scratchFolder("mastra-warm"), {}),
  async prepare(folder, steps) {
    const { mastra, client } = await openMastra(folder, { loop: waitingWorkflow(steps, unreachable) });
    const run = await mastra.getWorkflow("loop").createRun({ runId: "run" });
    const { status, error } = await run.start({ inputData: smallState });
    if (status !== "suspended") throw new Error(`${status}: ${error?.message ?? error}`);
    await checkpoint(client);
  },
  define(steps, reached) {
    const loop = waitingWorkflow(steps, reached);
    return async (folder) => {
      const { mastra } = await openMastra(folder, { loop });
      const run = await mastra.getWorkflow("loop").createRun({ runId: "run" });
      return finished(await run.resume({ step: "wait", resumeData: { go: true } })).result.count;
    };
  },
};
