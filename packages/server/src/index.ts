/** Flows over HTTP. */
export {
  type FastifyReplyLike,
  type FastifyRequestLike,
  keepServer,
  type Listening,
  type ListenOptions,
  type NextContext,
  type NextHandlers,
  type NodeHandler,
  type Served,
  toFastifyHandler,
  toNextHandlers,
  toNodeHandler,
} from "./adapters/index.js";
export type { Access, AuthHook, AuthKey, AuthOptions, FlowRights, Identity, Verb } from "./auth/index.js";
export { createServer, type FlowServer, type ServerOptions } from "./create-server.js";
export type { DocumentSource, FlowKind, FlowSource, Host, HostDriving, HostedFlow } from "./host/index.js";
export { type ChatShape, chatShape, type NoChat } from "./host/index.js";
export type {
  ChatOptions,
  ClientAddress,
  CorsOptions,
  LimitOptions,
  LinkOptions,
  MountBindings,
  Problem,
  RateOptions,
} from "./http/index.js";
export type { ScheduleSpec } from "./schedules/index.js";
