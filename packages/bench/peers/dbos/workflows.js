/** The workloads as DBOS workflows: functions whose steps are `DBOS.runStep`, each of which leaves a row in Postgres. */
import { DBOS } from "@dbos-inc/dbos-sdk";
import { elementOf } from "../../src/workloads/big-state.js";
import { smallState } from "../../src/workloads/in-memory.js";

const smallStep = async (state) => ({ count: state.count + 1, last: "x" });

async function runChain(steps) {
  let state = smallState;
  for (let index = 0; index < steps; index++) {
    const before = state;
    state = await DBOS.runStep(() => smallStep(before), { name: "step" });
  }
  return state;
}

export const chainWorkflow = DBOS.registerWorkflow(async (steps) => (await runChain(steps)).count, { name: "chain" });

export const fanOutWorkflow = DBOS.registerWorkflow(
  async (width) => {
    await DBOS.runStep(async () => 1, { name: "first" });
    const parts = Array.from({ length: width }, (_, index) =>
      DBOS.runStep(async () => index, { name: `part${index}` }),
    );
    const results = await Promise.allSettled(parts);
    return DBOS.runStep(async () => results.reduce((sum, { value }) => sum + value, 0), { name: "join" });
  },
  { name: "fan-out" },
);

/**
 * The state lives in the function; a step returns what it changed and the function applies it, by hand. Returning the whole
 * state from each step, which DBOS would also keep, costs fifty times as much.
 */
let big;
export const useBigState = (next) => {
  big = next;
};
export const bigStateWorkflow = DBOS.registerWorkflow(
  async () => {
    const { state, place, loop } = big;
    while (!loop.done) {
      const turn = await DBOS.runStep(async () => loop.next(), { name: "work" });
      if (place === "outside") state.mark = turn;
      else state.items[elementOf(turn)].n = turn;
    }
  },
  { name: "big-state" },
);

/** W7: what the step after the chain does; in the process that prepares, it never ends. */
let lastStep = async (count) => count;
export const useLastStep = (next) => {
  lastStep = next;
};
export const openRunWorkflow = DBOS.registerWorkflow(
  async (steps) => {
    const { count } = await runChain(steps);
    return DBOS.runStep(() => lastStep(count), { name: "last" });
  },
  { name: "open-run" },
);
