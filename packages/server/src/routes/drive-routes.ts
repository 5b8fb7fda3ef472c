/** `POST /runs/:id/cancel`, `resume`, `fork` and `signals/:name`. */

import { randomUUID } from "node:crypto";
import { fromJson } from "millrace";
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
import { idempotencyKey, refuseBusy } from "./new-run.js";
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
    const id = context.get("access").ownFor(record.id, randomUUID());
    const fork = await hosted.flow.runs.fork(record.id, {
      id,
      ...(at !== undefined && { at }),
      ...(state && { state }),
    });
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

function waiting(context: ServerContext, { limits }: RouteServer): number {
  queryOf(context, ["wait"]);
  return waitOf(context, limits.waitMs);
}
