/**
 * LlamaIndex workflow-core: an event per step, state by its stateful middleware. It has no store, and a context can be
 * snapshotted only once (that locks it), so W4 and W5 do not exist and W7 is that one snapshot, kept as a file.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createWorkflow, workflowEvent } from "@llamaindex/workflow-core";
import { createStatefulMiddleware } from "@llamaindex/workflow-core/middleware/state";
import { sizes } from "../../src/measure/sizes.js";
import { chainCell, fanOutCell, loopCell, manyRunsCell, planCell, smallState } from "../../src/workloads/in-memory.js";
import { openRunCell } from "../../src/workloads/open-run.js";

const statefulWorkflow = () => createStatefulMiddleware((state) => state).withState(createWorkflow());
const events = (count) => Array.from({ length: count }, () => workflowEvent());

async function runWorkflow({ workflow, first, last }) {
  const context = workflow.createContext({ ...smallState });
  context.sendEvent(first.with());
  await context.stream.untilEvent(last);
  return context.state;
}

function chainWorkflow(steps) {
  const workflow = statefulWorkflow();
  const triggers = events(steps + 1);
  for (let index = 0; index < steps; index++) {
    workflow.handle([triggers[index]], async ({ state }) => {
      state.count++;
      state.last = "x";
      return triggers[index + 1].with();
    });
  }
  return { workflow, first: triggers[0], last: triggers[steps] };
}

function chain(steps) {
  const defined = chainWorkflow(steps);
  return async () => (await runWorkflow(defined)).count;
}

/** `steps` turns; then `end` is sent. */
function loopWorkflow(turns) {
  const workflow = statefulWorkflow();
  const [work, end] = events(2);
  workflow.handle([work], async ({ state }) => {
    state.count++;
    return (state.count < turns ? work : end).with();
  });
  return { workflow, first: work, last: end };
}

function loop(turns) {
  const defined = loopWorkflow(turns);
  return async () => (await runWorkflow(defined)).count;
}

function fanOut(width) {
  const workflow = statefulWorkflow();
  const [first, last] = events(2);
  const begun = events(width);
  const done = events(width);
  workflow.handle([first], async ({ sendEvent }) => {
    sendEvent(...begun.map((part) => part.with()));
  });
  for (const [index, part] of begun.entries()) workflow.handle([part], async () => done[index].with(index));
  workflow.handle(done, async ({ state }, ...parts) => {
    state.sum = parts.reduce((total, part) => total + part.data, 0);
    return last.with();
  });
  return async () => (await runWorkflow({ workflow, first, last })).sum;
}

/** Events are told apart by the order in which they are made, so both processes build the workflow the same way. */
function waitingWorkflow(turns, reached) {
  const { workflow, first, last: waiting } = loopWorkflow(turns);
  const [answer, last] = events(2);
  workflow.handle([answer], async ({ state }) => {
    reached();
    state.count++;
    return last.with();
  });
  return { workflow, first, waiting, answer, last };
}

const snapshotFile = (folder) => join(folder, "snapshot.json");

const openRun = {
  async prepare(folder, steps) {
    const { workflow, first, waiting } = waitingWorkflow(steps, () => undefined);
    const context = workflow.createContext({ ...smallState });
    context.sendEvent(first.with());
    await context.stream.untilEvent(waiting);
    writeFileSync(snapshotFile(folder), JSON.stringify(await context.snapshot()));
  },
  define(steps, reached) {
    const { workflow, answer, last } = waitingWorkflow(steps, reached);
    return async (folder) => {
      const context = workflow.resume(JSON.parse(readFileSync(snapshotFile(folder), "utf8")));
      context.sendEvent(answer.with());
      await context.stream.untilEvent(last);
      return context.state.count;
    };
  },
};

export const cells = {
  "W1:memory": chainCell(chain),
  "W2:memory": fanOutCell(fanOut),
  "W3:10,000 turns": loopCell(loop),
  "W6:memory": manyRunsCell(chain),
  "W7:1,000 entries": openRunCell(openRun, sizes.history),
  "W9:1,000 steps": planCell(chainWorkflow),
};
