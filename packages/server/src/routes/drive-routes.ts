/** `POST /runs/:id/cancel`, `resume`, `fork` and `signals/:name`. */

import { randomUUID } from "node:crypto";
import { FlowError, fromJson } from "millrace";
import { z } from "zod";
import { stateSchema } from "../host/index.js";
import {
  bodyOf,
  json,
  queryOf,
  type RouteServer,
  type Routes,
  runAddress,
  runOf,
  type ServerContext,
  waitOf,
} from "../http/index.js";
import { answerRun, driveOn } from "./answer-run.js";
import { bodyAs } from "./body-as.js";
import { digestOf, idempotencyKey, keyedId, keyReused } from "./keyed.js";
import { refuseBusy } from "./new-run.js";
import { positionOf } from "./position.js";
import { runView } from "./run-view.js";

const Cancel = z.strictObject({ reason: z.string().max(1000).optional() });
const Fork = z.strictObject({
  at: z.union([z.int().min(1), z.string().min(1)]).optional(),
  state: z.record(z.string(), z.unknown()).optional(),
});

export const driveRoutes: Routes = (app, server) => {
  const { host } = server;
  app.post("/runs/:id/cancel", async (context) => {
    const { record, hosted } = await runOf(context, server, "operate");
    queryOf(context, []);
    const { reason } = bodyAs(Cancel, await bodyOf(context, server));
    await host.drive(() => hosted.flow.runs.cancel(record.id, reason));
    return answerRun({ run: { id: record.id }, hosted, waitMs: 0, context, server });
  });
  app.post("/runs/:id/resume", async (context) => {
    const { record, hosted } = await runOf(context, server, "operate");
    const waitMs = waiting(context, server);
    bodyAs(z.strictObject({}), await bodyOf(context, server));
    refuseBusy(server);
    const run = await driveOn(host, record.id, () => hosted.flow.resume(record.id, host.driving));
    return answerRun({ run, hosted, waitMs, context, server });
  });
  app.post("/runs/:id/fork", async (context) => {
    const { record, hosted } = await runOf(context, server, "operate");
    queryOf(context, []);
    const body = bodyAs(Fork, await bodyOf(context, server));
    const at = positionOf(body.at);
    const state = body.state && (fromJson(body.state, stateSchema(hosted.flowClass)) as object);
    const key = idempotencyKey(context);
    const id = await forkId(context, server, { runId: record.id, key, body });
    try {
      await hosted.flow.runs.fork(record.id, { id, ...(at !== undefined && { at }), ...(state && { state }) });
    } catch (error) {
      // the same request has made it before
      if (key === undefined || !FlowError.is(error, "RUN_EXISTS")) throw error;
    }
    const fork = (await hosted.flow.runs.get(id))!;
    const location = runAddress(context, server, id);
    return json(await runView(fork, { hosted, context, server }), 201, { location });
  });
  app.post("/runs/:id/signals/:name", async (context) => {
    const { record, hosted } = await runOf(context, server, "answer");
    const waitMs = waiting(context, server);
    const key = idempotencyKey(context);
    const payload = await bodyOf(context, server);
    refuseBusy(server);
    const options = { ...host.driving, ...(key !== undefined && { id: key }) };
    const name = context.req.param("name");
    const run = await driveOn(host, record.id, () => hosted.flow.signal(record.id, name, payload, options));
    return answerRun({ run, hosted, waitMs, context, server });
  });
};

interface ForkRequest {
  readonly runId: string;
  readonly key: string | undefined;
  readonly body: unknown;
}

/**
 * With a key it is made of the key and of what is asked for: the same request names the same fork.
 * @throws {FlowError} SERVER_KEY_REUSED – the key has made another fork of the run
 */
async function forkId(
  context: ServerContext,
  { host }: RouteServer,
  { runId, key, body }: ForkRequest,
): Promise<string> {
  const access = context.get("access");
  if (key === undefined) return access.ownFor(runId, randomUUID());
  const idPrefix = access.ownFor(runId, `${keyedId(`fork ${runId}`, key)}-`);
  const id = idPrefix + digestOf(body);
  const { runs } = await host.persistence.list({ forkedFrom: runId, idPrefix, limit: 1 });
  if (runs[0] && runs[0].id !== id) throw keyReused("another fork of the run", runs[0].id);
  return id;
}

function waiting(context: ServerContext, { limits }: RouteServer): number {
  queryOf(context, ["wait"]);
  return waitOf(context, limits.waitMs);
}
