export { apiRoutes, docsRoutes } from "./api-routes.js";
export { type ApiOptions, commonPaths, describeApi } from "./describe-api.js";
export type { OpenApi } from "./types.js";
