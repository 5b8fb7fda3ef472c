export { CallState, type StateChange } from "./call-state.js";
export { finishForState, finishValue } from "./finish-value.js";
export { FlowState } from "./flow-state.js";
export { LeafWatch } from "./leaf-watch.js";
export {
  addedMessages,
  estimatedTokens,
  type MemoryMessage,
  type MemoryWindow,
  type MessagePart,
  memory,
  type RecentOptions,
  recentMessages,
  summaryEnd,
  type TokenCount,
} from "./memory/index.js";
export { explainDraft } from "./not-storable.js";
export { readonlyView } from "./readonly-view.js";
export { findAsyncRules } from "./schema/async-rules.js";
export { renewState } from "./schema/renew-state.js";
export { type Parsed, parseStrict } from "./schema/strict-parse.js";
export { compileStateRules, type StateRules } from "./state-rules.js";
export type * from "./types.js";
export { decodeValue, encodeValue } from "./value-codec.js";
