export { apiRoutes, docsRoutes } from "./api-routes.js";
export type { ApiOptions } from "./describe-api.js";
export type { OpenApi } from "./types.js";
