export { type ChatShape, chatShape, isChat, type NoChat } from "./chat-shape.js";
export type { AnyFlow, AnyFlowClass, FlowSource } from "./flow-class.js";
export { isZodSchema, stateSchema } from "./json-schema.js";
export { openHost } from "./open-host.js";
export type { DocumentSource, FlowKind, Host, HostDriving, HostedFlow, HostOptions, RefusedRun } from "./types.js";
