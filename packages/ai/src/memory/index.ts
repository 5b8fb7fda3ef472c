export type { LeftMemory } from "./left-memory.js";
export { type AskForText, type OpenMemory, openMemory } from "./open-memory.js";
export type { MemoryUse, SummaryOptions } from "./options.js";
export { estimateTokens } from "./token-count.js";
export { transcript } from "./transcript.js";
