export { type AnswerLinks, answerLinks, type LinkClaims, type LinkOptions } from "./answer-links.js";
export { type ChatOptions, type ChatSettings, chatSettings } from "./chat-options.js";
export { type AddressOptions, addressKey, type ClientAddress } from "./client-address.js";
export { type CorsOptions, crossOrigin } from "./cross-origin.js";
export { type LimitOptions, type Limits, limitsOf } from "./limits.js";
export { baseOf, type MountBindings, pathWithin, runAddress } from "./mount.js";
export { ownOrigin } from "./own-origin.js";
export { type Problem, type ProblemOptions, problemHeaders, problemOf, problemResponse } from "./problem.js";
export { moment, queryOf, waitOf, wholeNumber } from "./query.js";
export type { CountRequest, RateOptions } from "./rate-limit.js";
export { type BodyLimits, readJson } from "./read-body.js";
export {
  bodyOf,
  errorsFor,
  findFlow,
  flowOf,
  formOf,
  type HostedRun,
  invalidRequest,
  json,
  type RouteServer,
  type Routes,
  runOf,
  type ServerApp,
  type ServerContext,
  type ServerEnv,
} from "./server-context.js";
export { statusOf } from "./status-of.js";
export { toldJson } from "./told-json.js";
