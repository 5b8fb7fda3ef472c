export { type EventPlace, placeText, readPlace } from "./event-place.js";
export { followRun } from "./follow-run.js";
export type { Mailbox } from "./mailbox.js";
export { RunFeeds } from "./run-feeds.js";
export { type RunSource, runSource } from "./run-source.js";
export { type SseSource, sseResponse } from "./sse-response.js";
export type { WiredEvent } from "./wire-event.js";
