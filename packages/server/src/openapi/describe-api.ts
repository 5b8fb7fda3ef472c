import type { HostedFlow } from "../host/index.js";
import { chatPaths, chatSchemas } from "./chat-paths.js";
import { flowPaths, pathsOfFlow } from "./flow-paths.js";
import { keepingPaths, linkPaths, runPaths } from "./run-paths.js";
import { schedulePaths, scheduleSchemas } from "./schedule-paths.js";
import { schemas } from "./schemas.js";
import type { OpenApi, Paths, Schema } from "./types.js";

export interface ApiOptions {
  /** Those that who asks may see. */
  readonly flows: readonly HostedFlow[];
  /** What paths begin with, as who asks knows them. */
  readonly base: string;
  readonly hasAuth: boolean;
}

/** What every server answers, whatever its flows. */
export const commonPaths: Paths = {
  ...flowPaths,
  ...chatPaths,
  ...runPaths,
  ...linkPaths,
  ...schedulePaths,
  ...keepingPaths,
};

/** The server as OpenAPI 3.1: what every server has, and each flow as operations of its own, with its schemas. */
export function describeApi({ flows, base, hasAuth }: ApiOptions): OpenApi {
  const paths: Record<string, Paths[string]> = {};
  const components: Record<string, Schema> = { ...schemas, ...chatSchemas, ...scheduleSchemas };
  for (const hosted of flows) {
    const own = pathsOfFlow(hosted);
    Object.assign(paths, own.paths);
    Object.assign(components, own.schemas);
  }
  const tags = flows.map(({ name, description }) => ({ name, ...(description !== undefined && { description }) }));
  return {
    openapi: "3.1.0",
    info: { title: "Millrace flows", version: "1" },
    servers: [{ url: base === "" ? "/" : base }],
    tags: [
      ...tags,
      ...["flows", "chats", "runs", "questions", "schedules", "server"]
        .filter((tag) => !flows.some(({ name }) => name === tag))
        .map((name) => ({ name })),
    ],
    security: hasAuth ? [{ bearer: [] }] : [],
    paths: { ...paths, ...commonPaths },
    components: { schemas: components, securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
  };
}
