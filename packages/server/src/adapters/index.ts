export { type FastifyReplyLike, type FastifyRequestLike, toFastifyHandler } from "./fastify-handler.js";
export { keepServer } from "./keep-server.js";
export { type Listening, type ListenOptions, listenOn } from "./listen.js";
export { type NextContext, type NextHandlers, toNextHandlers } from "./next-handlers.js";
export { type NodeHandler, toNodeHandler } from "./node-handler.js";
export type { Fetch } from "./node-listener.js";
export type { Served } from "./served.js";
