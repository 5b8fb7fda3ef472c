/** Millrace, as built: every cell that a floor has. */
import { large, sizes } from "../measure/sizes.js";
import { bigStateCell } from "../workloads/big-state.js";
import {
  chainCell,
  elementsCell,
  fanOutCell,
  loopCell,
  manyRunsCell,
  preparedPlanCell,
  shortLoopCell,
} from "../workloads/in-memory.js";
import { listRunsCell } from "../workloads/list-runs.js";
import { roundsCell, wordsCell } from "../workloads/model-calls.js";
import { openRunCell } from "../workloads/open-run.js";
import { manyPersistedRunsCell, persistedChainCell } from "../workloads/persisted.js";
import { checkCell } from "../workloads/type-check.js";
import { linkedChain, referringChain } from "./built-flows.js";
import { chainFlow, elementsFlow, fanOutFlow, loopFlow, stagesFlow, thingsFlow, writtenChain } from "./flows.js";
import { listRuns } from "./list-runs.js";
import { toolRounds, wordsHeard } from "./model-calls.js";
import { maxCalls, openBigState, openRun, openStore, openThings } from "./stores.js";

/** A new instance for each run, as a script makes it. */
function chain(steps) {
  const Chain = chainFlow(steps);
  return async () => (await new Chain().kickoff()).state.count;
}

function fanOut(width) {
  const FanOut = fanOutFlow(width);
  return async () => (await new FanOut().kickoff()).state.sum;
}

function loop(turns) {
  const Loop = loopFlow(turns);
  return async () => (await new Loop({ maxCalls }).kickoff()).state.count;
}

function elements(count) {
  const Elements = elementsFlow(count);
  return async () => Number((await new Elements().kickoff()).output);
}

function stages(count) {
  const Stages = stagesFlow(count);
  return async () => Number((await new Stages().kickoff()).output);
}

function things(count) {
  const Things = thingsFlow(count);
  return async () => Number((await new Things().kickoff()).output);
}

/** All runs on one instance, as a service makes them. */
function manyChains(steps) {
  const flow = new (chainFlow(steps))();
  return async (id) => (await flow.kickoff({}, { id })).state.count;
}

export const cells = {
  "W1:memory": chainCell(chain),
  "W1:memory, built, by links": chainCell(linkedChain),
  "W1:memory, built, by references": chainCell(referringChain),
  "W2:memory": fanOutCell(fanOut),
  "W3:10,000 turns": loopCell(loop),
  "W3:1,000 turns": shortLoopCell(loop),
  "W3:100,000 turns": loopCell(loop, sizes.longLoopTurns),
  "W4:NORMAL": persistedChainCell(openStore, "normal"),
  "W4:FULL": persistedChainCell(openStore, "full"),
  "W5:outside": bigStateCell(openBigState, "outside"),
  "W5:element": bigStateCell(openBigState, "element"),
  "W6:memory": manyRunsCell(manyChains),
  "W6:NORMAL": manyPersistedRunsCell(openStore, "normal"),
  "W6:FULL": manyPersistedRunsCell(openStore, "full"),
  "W7:1,000 entries": openRunCell(openRun, sizes.history),
  "W7:100,000 entries": openRunCell(openRun, sizes.longHistory),
  "W9:1,000 steps": preparedPlanCell(writtenChain),
  "W10:200 steps": checkCell({ decorated: true }),
  "W11:10,000 elements": elementsCell(elements, sizes.elements),
  "W11:100,000 elements": elementsCell(elements, sizes.manyElements),
  "W11:10,000 elements, in three steps": elementsCell(stages, sizes.elements),
  "W12:memory": chainCell(things),
  "W12:NORMAL": persistedChainCell(openThings, "normal"),
  "W13:100,000 runs": listRunsCell(listRuns, sizes.storedRuns),
  ...(large && { "W13:1,000,000 runs": listRunsCell(listRuns, sizes.manyStoredRuns) }),
  "W14:10,000 words": wordsCell(wordsHeard),
  "W14:250 rounds of a tool": roundsCell(toolRounds),
};
