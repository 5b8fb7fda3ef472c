export { addedMessages } from "./added-messages.js";
export { type MemoryMessage, type MessagePart, memory } from "./memory.js";
export {
  estimatedTokens,
  type MemoryWindow,
  type RecentOptions,
  recentMessages,
  type TokenCount,
} from "./recent-messages.js";
export { summaryEnd } from "./summary-end.js";
