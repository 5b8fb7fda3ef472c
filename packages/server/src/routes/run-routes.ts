/** `GET /runs`, `/runs/:id` and `/runs/:id/state`. */
import { setImmediate as nextTurn } from "node:timers/promises";
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
    ...(access.confined && { idPrefix: access.own("") }),
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
/** As long as none is shown, so many are read at a time. */
const pageRuns = 500;

interface Page {
  readonly runs: readonly RunRecord[];
  readonly next?: string;
}

/**
 * A page of what may be shown; it may hold less than `limit`, and even nothing, where `next` says that there is more. Others are served
 * between two pages.
 */
async function pageOf(
  persistence: FlowPersistence,
  query: RunQuery & { readonly limit: number },
  isShown: (record: RunRecord) => boolean,
): Promise<Page> {
  const { limit, cursor: from, ...filters } = query;
  const look = async (limit: number, cursor: string | undefined): Promise<Page> => {
    const page = await persistence.list({ ...filters, limit, ...(cursor !== undefined && { cursor }) });
    return { ...page, runs: page.runs.filter(isShown) };
  };
  let read = limit;
  let cursor = from;
  for (let looked = 0; ; looked += read, read = Math.max(limit, pageRuns)) {
    const page = await look(read, cursor);
    if (page.runs.length > limit) break;
    if (page.runs.length > 0 || page.next === undefined || looked >= looksAtMost) return page;
    cursor = page.next;
    await nextTurn();
  }
  // more than were asked for: they are among the next runs, and `next` can name only the end of a page
  for (;;) {
    const page = await look(limit, cursor);
    if (page.runs.length > 0 || page.next === undefined) return page;
    cursor = page.next;
    await nextTurn();
  }
}
