export { type ChatShape, chatShape, isChat } from "./chat-shape.js";
export { type AnyFlow, type AnyFlowClass, type FlowSource, flowClassOf } from "./flow-class.js";
export { isZodSchema, type JsonSchema, stateSchema } from "./json-schema.js";
export { openHost } from "./open-host.js";
export type { DocumentSource, FlowKind, Host, HostDriving, HostedFlow, HostOptions } from "./types.js";
