export { type EventPlace, placeText, readPlace } from "./event-place.js";
export { followRun } from "./follow-run.js";
export { RunFeeds, type Subscription } from "./run-feeds.js";
export { type RunSource, runSource } from "./run-source.js";
export { type SseOptions, type SseSource, sseResponse } from "./sse-response.js";
export type { WiredEvent } from "./wire-event.js";
