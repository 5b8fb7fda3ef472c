import { createStep, createWorkflow } from "@mastra/core/workflows";
import { z } from "zod";

const State = z.object({ count: z.number() });
const execute = async ({ inputData }) => ({ count: inputData.count + 1 });
const workflow = createWorkflow({ id: "cold", inputSchema: State, outputSchema: State })
  .then(createStep({ id: "step", inputSchema: State, outputSchema: State, execute }))
  .commit();
const run = await workflow.createRun();
const { result } = await run.start({ inputData: { count: 0 } });
process.stdout.write(`done ${result.count}\n`, () => process.exit(0));
