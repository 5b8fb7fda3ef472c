/** A language model of one's own on loopback: it says what a script says, over HTTP, and remembers what it was asked. */
export type { Answer, Garbage, Refusal, Said, Silence, ToolCallSaid, UsageSaid } from "./answer.js";
export type { Asked } from "./asked.js";
export { type ChatMessageAsked, type ChatRequest, newestText, newestToolResults } from "./chat-request.js";
export { type ModelServer, type ModelServerOptions, type Script, startModelServer } from "./start-model-server.js";
