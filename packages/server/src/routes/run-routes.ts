/** `GET /runs`, `/runs/:id` and `/runs/:id/state`. */
import type { FlowPersistence, RunQuery, RunRecord, RunStatus } from "millrace";
import {
  errorsFor,
  findFlow,
  invalidRequest,
  json,
  moment,
  queryOf,
  type RouteServer,
  type Routes,
  runOf,
  type ServerContext,
  toldJson,
  wholeNumber,
} from "../http/index.js";
import { positionOf } from "./position.js";
import { recordView, runView } from "./run-view.js";

export const runRoutes: Routes = (app, server) => {
  app.get("/runs", async (context) => {
    const query = runQuery(context, server);
    const access = context.get("access");
    const page = await pageOf(server.host.persistence, query, ({ id, flow }) => {
      return server.host.flows.has(flow) && access.may(flow, "read") && access.reaches(id);
    });
    const runs = page.runs.map((record) => recordView(record, access));
    return json({ runs, ...(page.next !== undefined && { next: page.next }) });
  });
  app.get("/runs/:id", async (context) => {
    const { record, hosted } = await runOf(context, server, "read");
    queryOf(context, []);
    return json(await runView(record, { hosted, context, server }));
  });
  app.get("/runs/:id/state", async (context) => {
    const { record, hosted } = await runOf(context, server, "read");
    const at = positionOf(queryOf(context, ["at"]).at);
    const state = await hosted.flow.runs.stateAt(record.id, at);
    return json({ id: record.id, state: toldJson(state, errorsFor(context, server, hosted.name)) });
  });
};

const statuses: readonly RunStatus[] = ["running", "waiting", "completed", "failed", "cancelled"];

function runQuery(context: ServerContext, { host }: RouteServer): RunQuery & { readonly limit: number } {
  const given = queryOf(context, [
    "flow",
    "status",
    "session",
    "parent",
    "forkedFrom",
    "continues",
    "from",
    "to",
    "limit",
    "cursor",
  ]);
  const { flow, session, cursor } = given;
  const access = context.get("access");
  if (flow !== undefined) findFlow(flow, { host, access, verb: "read" });
  const status = given.status?.split(",") as RunStatus[] | undefined;
  const unknown = status?.find((one) => !statuses.includes(one));
  if (unknown !== undefined)
    throw invalidRequest(`There is no status "${unknown.slice(0, 100)}".`, `Give some of: ${statuses.join(", ")}.`);
  const from = moment(given.from, "from");
  const to = moment(given.to, "to");
  return {
    limit: wholeNumber(given.limit, { name: "limit", least: 1, most: 1000 }) ?? 100,
    ...(flow !== undefined && { flow }),
    ...(status && { status }),
    ...(session !== undefined && { session: access.session(session) }),
    ...(given.parent !== undefined && { parent: given.parent }),
    ...(given.forkedFrom !== undefined && { forkedFrom: given.forkedFrom }),
    ...(given.continues !== undefined && { continues: given.continues }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(cursor !== undefined && { cursor }),
  };
}

/** So many runs are looked at for one request that is shown none of them. */
const looksAtMost = 5000;

/** A page of what may be shown; it may hold less than `limit`, and even nothing, where `next` says that there is more. */
async function pageOf(
  persistence: FlowPersistence,
  query: RunQuery & { readonly limit: number },
  isShown: (record: RunRecord) => boolean,
): Promise<{ readonly runs: readonly RunRecord[]; readonly next?: string }> {
  let cursor = query.cursor;
  for (let looked = 0; ; looked += query.limit) {
    const page = await persistence.list({ ...query, ...(cursor !== undefined && { cursor }) });
    const runs = page.runs.filter(isShown);
    cursor = page.next;
    if (cursor === undefined) return { runs };
    if (runs.length > 0 || looked >= looksAtMost) return { runs, next: cursor };
  }
}
