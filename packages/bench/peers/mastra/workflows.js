/** The workloads as Mastra workflows. Mastra's `dountil` is its loop, `parallel` its fan-out. */
import { createStep, createWorkflow } from "@mastra/core/workflows";
import { z } from "zod";
import { smallState } from "../../src/workloads/in-memory.js";

export const SmallState = z.object({ count: z.number(), last: z.string() });

const smallStep = (id) =>
  createStep({
    id,
    inputSchema: SmallState,
    outputSchema: SmallState,
    execute: async ({ inputData }) => ({ count: inputData.count + 1, last: "x" }),
  });

export function chainWorkflow(steps) {
  let workflow = createWorkflow({ id: "chain", inputSchema: SmallState, outputSchema: SmallState });
  for (let index = 0; index < steps; index++) workflow = workflow.then(smallStep(`step${index}`));
  return workflow.commit();
}

/** Not yet committed: W7 adds a step. */
export const loopWorkflow = (turns) =>
  createWorkflow({ id: "loop", inputSchema: SmallState, outputSchema: SmallState }).dountil(
    smallStep("work"),
    async ({ inputData }) => inputData.count >= turns,
  );

export function fanOutWorkflow(width) {
  const Part = z.object({ sum: z.number() });
  const parts = Array.from({ length: width }, (_, index) =>
    createStep({
      id: `part${index}`,
      inputSchema: SmallState,
      outputSchema: Part,
      execute: async () => ({ sum: index }),
    }),
  );
  const join = createStep({
    id: "join",
    inputSchema: z.any(),
    outputSchema: Part,
    execute: async ({ inputData }) => ({ sum: Object.values(inputData).reduce((total, part) => total + part.sum, 0) }),
  });
  return createWorkflow({ id: "fan-out", inputSchema: SmallState, outputSchema: Part })
    .then(smallStep("first"))
    .parallel(parts)
    .then(join)
    .commit();
}

/** Runs a workflow to its end; anything but success is an error. */
export async function runWorkflow(workflow, { runId, ...start } = {}) {
  const run = await workflow.createRun({ runId });
  return finished(await run.start({ inputData: smallState, ...start }));
}

export function finished(result) {
  if (result.status !== "success") throw new Error(`${result.status}: ${result.error?.message ?? result.error}`);
  return result;
}
