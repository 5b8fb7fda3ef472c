/** `/schedules`: what is started when. */
import { FlowError, type Schedule } from "millrace";
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
import { idempotencyKey, keyedId, keyReused, nameOf } from "./keyed.js";
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
    queryOf(context, []);
    const given = await bodyOf(context, server);
    requireFlow(context, given);
    const schedule = await createOnce(context, server, given);
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
    const run = `${id}@${nameOf(context, `run ${id}`)}`;
    // a repeat of a request that has started it
    if (!(await server.host.persistence.get(run))) {
      refuseBusy(server);
      await schedules.run(id, run);
    }
    return json({ id: run, flow, schedule: id }, 202, {
      location: runAddress(context, server, run),
    });
  });
};

/**
 * With a key and without an id of its own it is named by the key.
 * @throws {FlowError} SERVER_KEY_REUSED – the key has made another one
 */
async function createOnce(context: ServerContext, { schedules }: RouteServer, given: unknown): Promise<Schedule> {
  const own = (id: string) => context.get("access").own(id);
  const key = idempotencyKey(context);
  if (key === undefined || typeof given !== "object" || given === null) return schedules.create(given, own);
  const { id = keyedId("schedules", key) } = given as { readonly id?: string };
  try {
    return await schedules.create({ ...given, id }, own);
  } catch (error) {
    if (!FlowError.is(error, "SERVER_SCHEDULE_EXISTS")) throw error;
    const found = await schedules.get(own(id));
    if (schedules.isAs(found, given)) return found;
    throw "id" in given ? error : keyReused("another schedule");
  }
}

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
