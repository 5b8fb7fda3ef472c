/** `/schedules`: what is started when. */
import type { Schedule } from "millrace";
import { requireRight } from "../auth/index.js";
import {
  baseOf,
  bodyOf,
  json,
  queryOf,
  type RouteServer,
  type Routes,
  runAddress,
  type ServerContext,
  wholeNumber,
} from "../http/index.js";
import { refuseBusy } from "./new-run.js";

export const scheduleRoutes: Routes = (app, server) => {
  const { schedules } = server;
  app.get("/schedules", async (context) => {
    const access = context.get("access");
    const { flow, cursor, limit: count } = queryOf(context, ["flow", "limit", "cursor"]);
    const limit = wholeNumber(count, { name: "limit", least: 1, most: 1000 }) ?? 100;
    const page = await schedules.list({ limit, ...(flow && { flow }), ...(cursor && { cursor }) });
    const seen = page.schedules.filter(({ id, flow }) => access.reaches(id) && access.may(flow, "read"));
    return json({ schedules: seen.map(scheduleView), ...(page.next !== undefined && { next: page.next }) });
  });

  app.post("/schedules", async (context) => {
    const access = context.get("access");
    queryOf(context, []);
    const given = await bodyOf(context, server);
    requireFlow(context, given);
    const schedule = await schedules.create(given, (id) => access.own(id));
    return json(scheduleView(schedule), 201, {
      location: `${baseOf(context, server)}/schedules/${schedule.id}`,
    });
  });

  app.get("/schedules/:id", async (context) => {
    const schedule = await scheduleOf(context, server);
    requireRight(context.get("access"), schedule.flow, "read");
    return json(scheduleView(schedule));
  });

  app.patch("/schedules/:id", async (context) => {
    const { id, flow } = await scheduleOf(context, server);
    requireRight(context.get("access"), flow, "operate");
    const given = await bodyOf(context, server);
    requireFlow(context, given);
    return json(scheduleView(await schedules.change(id, given)));
  });

  app.delete("/schedules/:id", async (context) => {
    const { id, flow } = await scheduleOf(context, server);
    requireRight(context.get("access"), flow, "operate");
    await schedules.remove(id);
    return new Response(null, { status: 204 });
  });

  app.post("/schedules/:id/run", async (context) => {
    const { id, flow } = await scheduleOf(context, server);
    requireRight(context.get("access"), flow, "run");
    refuseBusy(server);
    const run = await schedules.run(id);
    return json({ id: run, flow, schedule: id }, 202, {
      location: runAddress(context, server, run),
    });
  });
};

/** @throws {FlowError} SERVER_SCHEDULE_NOT_FOUND – there is none that the request may know of */
async function scheduleOf(context: ServerContext, { schedules }: RouteServer): Promise<Schedule> {
  queryOf(context, []);
  const access = context.get("access");
  const given = context.req.param("id") ?? "";
  // by the id that it was put with, or as it is listed
  const id = access.reaches(given) ? given : access.own(given);
  const schedule = await schedules.get(id);
  if (access.sees(schedule.flow)) return schedule;
  throw schedules.notFound(given);
}

/** Whether it may start runs of the flow that a body names; one that names none is refused elsewhere. */
function requireFlow(context: ServerContext, given: unknown): void {
  const { flow } = (typeof given === "object" && given !== null ? given : {}) as { readonly flow?: unknown };
  if (typeof flow === "string") requireRight(context.get("access"), flow, "operate");
}

function scheduleView({ revision: _, nextDue, createdAt, lastRun, lastSkip, ...schedule }: Schedule): object {
  return {
    ...schedule,
    createdAt: new Date(createdAt),
    ...(nextDue !== undefined && { nextDue: new Date(nextDue) }),
    ...(lastRun && { lastRun: { ...lastRun, due: new Date(lastRun.due) } }),
    ...(lastSkip && { lastSkip: { ...lastSkip, due: new Date(lastSkip.due) } }),
  };
}
