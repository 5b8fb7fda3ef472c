/** Operations on schedules. */
import {
  answer,
  badRequest,
  cursor,
  forbidden,
  idempotencyKey,
  inPath,
  inQuery,
  jsonBody,
  limit,
  notFound,
  operation,
  problem,
  ref,
  text,
} from "./parts.js";
import type { Paths, Schema } from "./types.js";

const id = inPath("id", "The schedule's id.");
const fields: Readonly<Record<string, Schema>> = {
  flow: text,
  inputs: {},
  cron: { ...text, description: "Five fields from minutes on, or six from seconds on." },
  timeZone: { ...text, default: "UTC" },
  missed: { type: "string", enum: ["run-once", "skip", "all"], default: "run-once" },
  overlap: { type: "string", enum: ["start", "skip"], default: "start" },
  enabled: { type: "boolean", default: true },
};
const moment: Schema = { type: "string", format: "date-time" };

export const scheduleSchemas: Readonly<Record<string, Schema>> = {
  Schedule: {
    type: "object",
    required: ["id", "flow", "cron", "timeZone", "enabled"],
    properties: {
      id: text,
      ...fields,
      createdAt: moment,
      nextDue: moment,
      lastRun: { type: "object", properties: { id: text, due: moment } },
      lastSkip: { type: "object", properties: { due: moment, reason: text } },
    },
  },
  NewSchedule: {
    type: "object",
    required: ["flow", "cron"],
    additionalProperties: false,
    properties: { id: { ...text, pattern: "^\\w[\\w.-]{0,99}$" }, ...fields },
  },
  ScheduleChange: { type: "object", additionalProperties: false, properties: fields },
  ScheduleList: {
    type: "object",
    required: ["schedules"],
    properties: { schedules: { type: "array", items: ref("Schedule") }, next: text },
  },
};

const of = (id: string, summary: string) => ({ id, summary, tag: "schedules" });
const refused = {
  ...badRequest,
  ...forbidden,
  ...notFound,
  "409": problem("It can't be done as things stand."),
  "422": problem("It does not fit."),
};

export const schedulePaths: Paths = {
  "/schedules": {
    get: operation({
      ...of("listSchedules", "What is started when"),
      parameters: [inQuery("flow", "Of this flow."), limit, cursor],
      answers: { "200": answer("A page of them.", ref("ScheduleList")), ...badRequest },
    }),
    post: operation({
      ...of("putSchedule", "Starts a flow at certain times"),
      parameters: [idempotencyKey],
      body: jsonBody(ref("NewSchedule"), true),
      answers: { "201": answer("The schedule.", ref("Schedule")), ...refused },
    }),
  },
  "/schedules/{id}": {
    get: operation({
      ...of("getSchedule", "A schedule"),
      parameters: [id],
      answers: { "200": answer("The schedule.", ref("Schedule")), ...forbidden, ...notFound },
    }),
    patch: operation({
      ...of("changeSchedule", "Changes a schedule"),
      parameters: [id],
      body: jsonBody(ref("ScheduleChange"), true),
      answers: { "200": answer("The schedule.", ref("Schedule")), ...refused },
    }),
    delete: operation({
      ...of("removeSchedule", "Removes a schedule"),
      parameters: [id],
      answers: { "204": { description: "It is gone." }, ...refused },
    }),
  },
  "/schedules/{id}/run": {
    post: operation({
      ...of("runSchedule", "Starts its flow now"),
      parameters: [id, idempotencyKey],
      answers: {
        "202": answer("The run's id.", {
          type: "object",
          required: ["id"],
          properties: { id: text, flow: text, schedule: text },
        }),
        ...refused,
        "503": problem("Nothing new is begun now; `Retry-After` says when to come back."),
      },
    }),
  },
};
