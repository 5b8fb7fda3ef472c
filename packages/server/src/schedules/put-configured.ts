/** Brings the stored schedules to what the config says: new ones are put, changed ones replaced, those that it no longer has removed. */
import { FlowError, type Schedule, type ScheduleStore } from "millrace";
import type { Host } from "../host/index.js";
import {
  checkSchedule,
  definitionOf,
  isSame,
  parseSchedule,
  type ScheduleSpec,
  scheduleSpec,
} from "./schedule-spec.js";
import { type Schedules, scheduleExists } from "./schedules.js";

/**
 * Schedules that were put by hand are left alone, as are those of flows that are served elsewhere. One that is as it was keeps its
 * due time, so that what was missed meanwhile is found.
 * @throws {FlowError} SERVER_SCHEDULE_INVALID – one of them can't be, or two have the same id
 * @throws {FlowError} SERVER_SCHEDULE_EXISTS – one that was put by hand has the id
 */
export async function putConfigured(host: Host, given: readonly ScheduleSpec[], schedules: Schedules): Promise<void> {
  const specs = given.map((spec) => parseSchedule(scheduleSpec, spec) as ScheduleSpec);
  const twice = specs.find(({ id }, i) => specs.findIndex((other) => other.id === id) !== i);
  if (twice) {
    const message = `two schedules have the id "${twice.id}"`;
    throw new FlowError("SERVER_SCHEDULE_INVALID", `The schedules can't be: ${message}.`, {
      hint: "Give one of them another id.",
      details: { problems: [{ path: ["id"], message }] },
    });
  }
  // there may be no store of schedules at all
  if (specs.length === 0 && !host.persistence.schedules) return;
  // all of them before the first is put: a mistake changes nothing
  for (const spec of specs) await checkSchedule(host, definitionOf(spec));
  for (const spec of specs) await putOne(spec, schedules);
  const ids = new Set(specs.map(({ id }) => id));
  const { store } = schedules;
  for (const { id, origin, flow } of await allOf(store)) {
    if (origin === "config" && host.flows.has(flow) && !ids.has(id)) await store.remove(id);
  }
}

/** Another server that starts at the same time may put the same: then it is looked at again. */
async function putOne({ id, enabled, ...spec }: ScheduleSpec, schedules: Schedules): Promise<void> {
  const { store } = schedules;
  const definition = definitionOf(spec);
  for (;;) {
    const found = await store.get(id);
    if (found?.origin === "manual") throw scheduleExists(id);
    // one that was halted by hand stays so, unless the config says otherwise
    const wanted = { ...definition, enabled: enabled ?? found?.enabled ?? true };
    if (found && isSame(found, wanted)) return;
    const { revision, createdAt = schedules.now(), lastRun, lastSkip } = found ?? {};
    const schedule: Schedule = {
      ...{ id, ...wanted, origin: "config", createdAt },
      ...(found?.flow === definition.flow && { ...(lastRun && { lastRun }), ...(lastSkip && { lastSkip }) }),
      ...(revision !== undefined && { revision }),
    };
    if (await store.put(schedules.due(schedule))) return;
  }
}

async function allOf(store: ScheduleStore): Promise<readonly Schedule[]> {
  const found: Schedule[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ limit: 1000, ...(cursor !== undefined && { cursor }) });
    found.push(...page.schedules);
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}
