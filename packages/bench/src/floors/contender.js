/** The floors: the least code that does the work of each workload. Every other contender is compared with them. */
import { large, sizes } from "../measure/sizes.js";
import { bigStateCell } from "../workloads/big-state.js";
import {
  chainCell,
  elementsCell,
  fanOutCell,
  loopCell,
  manyRunsCell,
  planCell,
  shortLoopCell,
} from "../workloads/in-memory.js";
import { listRunsCell } from "../workloads/list-runs.js";
import { roundsCell, wordsCell } from "../workloads/model-calls.js";
import { openRunCell } from "../workloads/open-run.js";
import { manyPersistedRunsCell, persistedChainCell } from "../workloads/persisted.js";
import { checkCell } from "../workloads/type-check.js";
import { toolRounds, wordsHeard } from "./model-calls.js";
import { chain, define, elements, fanOut, things } from "./plain.js";
import { rawBigState } from "./raw-big-state.js";
import { rawListRuns } from "./raw-list-runs.js";
import { fromHistory, fromSnapshot } from "./raw-open-run.js";
import { rawStore, rawThings } from "./raw-sqlite.js";

const separate = rawStore("save");
const grouped = rawStore("saveGrouped");

export const cells = {
  "W1:memory": chainCell(chain),
  "W2:memory": fanOutCell(fanOut),
  "W3:10,000 turns": loopCell(chain),
  "W3:1,000 turns": shortLoopCell(chain),
  "W3:100,000 turns": loopCell(chain, sizes.longLoopTurns),
  "W4:NORMAL": persistedChainCell(separate, "normal"),
  "W4:FULL": persistedChainCell(separate, "full"),
  "W5:outside": bigStateCell(rawBigState("hand"), "outside"),
  "W5:element": bigStateCell(rawBigState("hand"), "element"),
  "W5:element, immer": bigStateCell(rawBigState("immer"), "element"),
  "W5:element, whole JSON": bigStateCell(rawBigState("whole"), "element"),
  "W6:memory": manyRunsCell(chain),
  "W6:NORMAL": manyPersistedRunsCell(grouped, "normal"),
  "W6:FULL": manyPersistedRunsCell(grouped, "full"),
  "W6:NORMAL, ungrouped": manyPersistedRunsCell(separate, "normal"),
  "W7:1,000 entries": openRunCell(fromSnapshot, sizes.history),
  "W7:100,000 entries": openRunCell(fromSnapshot, sizes.longHistory),
  "W7:1,000 entries, replayed": openRunCell(fromHistory, sizes.history),
  "W9:1,000 steps": planCell(define),
  "W10:200 steps": checkCell({ decorated: false }),
  "W11:10,000 elements": elementsCell(elements, sizes.elements),
  "W11:100,000 elements": elementsCell(elements, sizes.manyElements),
  "W12:memory": chainCell(things),
  "W12:NORMAL": persistedChainCell(rawThings, "normal"),
  "W13:100,000 runs": listRunsCell(rawListRuns, sizes.storedRuns),
  ...(large && { "W13:1,000,000 runs": listRunsCell(rawListRuns, sizes.manyStoredRuns) }),
  "W14:10,000 words": wordsCell(wordsHeard),
  "W14:250 rounds of a tool": roundsCell(toolRounds),
};
