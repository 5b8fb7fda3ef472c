/** LangGraph.js: StateGraph; a store by SqliteSaver. */
import { sizes } from "../../src/measure/sizes.js";
import { bigStateCell } from "../../src/workloads/big-state.js";
import { chainCell, fanOutCell, loopCell, manyRunsCell, planCell, smallState } from "../../src/workloads/in-memory.js";
import { openRunCell } from "../../src/workloads/open-run.js";
import { manyPersistedRunsCell, persistedChainCell } from "../../src/workloads/persisted.js";
import { callOptions, chainGraph, fanOutGraph, loopGraph, runChain, thingsEntrypoint } from "./graphs.js";
import { openBigState, openRun, openStore, openThings } from "./stores.js";

function chain(steps) {
  const app = chainGraph(steps).compile();
  return () => runChain(app, steps);
}

function loop(turns) {
  const app = loopGraph(turns).compile();
  return async () => (await app.invoke(smallState, callOptions(turns))).count;
}

function fanOut(width) {
  const app = fanOutGraph(width).compile();
  return async () => (await app.invoke({ count: 0 }, callOptions(3))).sum;
}

function things(count) {
  const app = thingsEntrypoint(count);
  return () => app.invoke(0);
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
  "W9:1,000 steps": planCell((steps) => chainGraph(steps).compile()),
  "W12:memory": chainCell(things),
  "W12:NORMAL": persistedChainCell(openThings, "normal"),
};
