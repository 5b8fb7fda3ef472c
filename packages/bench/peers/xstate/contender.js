/** XState 5; a store by hand. */
import { createActor } from "xstate";
import { sizes } from "../../src/measure/sizes.js";
import { bigStateCell } from "../../src/workloads/big-state.js";
import { chainCell, fanOutCell, loopCell, manyRunsCell, planCell } from "../../src/workloads/in-memory.js";
import { openRunCell } from "../../src/workloads/open-run.js";
import { manyPersistedRunsCell, persistedChainCell } from "../../src/workloads/persisted.js";
import { chainMachine, fanOutMachine, loopMachine, runMachine } from "./machines.js";
import { openBigState, openRun, openStore } from "./stores.js";

function chain(steps) {
  const machine = chainMachine(steps);
  return async () => (await runMachine(machine)).count;
}

function loop(turns) {
  const machine = loopMachine(turns);
  return async () => (await runMachine(machine)).count;
}

function fanOut(width) {
  const machine = fanOutMachine(width);
  return async () => (await runMachine(machine)).sum;
}

export const cells = {
  "W1:memory": chainCell(chain),
  "W2:memory": fanOutCell(fanOut),
  "W3:10,000 turns": loopCell(loop),
  "W4:NORMAL": persistedChainCell(openStore, "normal"),
  "W4:FULL": persistedChainCell(openStore, "full"),
  "W5:outside": bigStateCell(openBigState, "outside"),
  "W5:element": bigStateCell(openBigState, "element"),
  "W6:memory": manyRunsCell(chain),
  "W6:NORMAL": manyPersistedRunsCell(openStore, "normal"),
  "W7:1,000 entries": openRunCell(openRun, sizes.history),
  "W9:1,000 steps": planCell((steps) => createActor(chainMachine(steps))),
};
