import { Mastra } from "@mastra/core";
import { createStep, createWorkflow } from "@mastra/core/workflows";
import { LibSQLStore } from "@mastra/libsql";
import { z } from "zod";
import { scratchFolder } from "../../src/measure/scratch.js";

const State = z.object({ count: z.number() });
const execute = async ({ inputData }) => ({ count: inputData.count + 1 });
const cold = createWorkflow({ id: "cold", inputSchema: State, outputSchema: State })
  .then(createStep({ id: "step", inputSchema: State, outputSchema: State, execute }))
  .commit();
const storage = new LibSQLStore({ id: "cold", url: `file:${scratchFolder("mastra-cold")}/cold.db` });
const mastra = new Mastra({ storage, workflows: { cold }, logger: false });
const run = await mastra.getWorkflow("cold").createRun();
const { result } = await run.start({ inputData: { count: 0 } });
process.stdout.write(`done ${result.count}\n`, () => process.exit(0));
