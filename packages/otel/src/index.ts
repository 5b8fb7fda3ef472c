// Traces and metrics of flows, on the API of OpenTelemetry alone: which SDK listens is the application's business.
export type { ContentFilter } from "./content.js";
export { type Observable, type ObserveOptions, observe } from "./observe.js";
