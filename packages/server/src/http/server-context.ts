/** What routes are given: the host, the limits, and per request who asks. */
import type { Context, Hono } from "hono";
import { FlowError, type RunRecord, toJson } from "millrace";
import { type Access, flowNotFound, requireRight, type Verb } from "../auth/index.js";
import type { Host, HostedFlow } from "../host/index.js";
import type { Schedules } from "../schedules/index.js";
import type { AnswerLinks } from "./answer-links.js";
import type { ChatSettings } from "./chat-options.js";
import type { Limits } from "./limits.js";
import type { MountBindings } from "./mount.js";
import type { ProblemOptions } from "./problem.js";
import { readForm, readJson } from "./read-body.js";

export interface ServerEnv {
  readonly Variables: { access: Access };
  /** As `@hono/node-server` gives them. */
  readonly Bindings: MountBindings & { readonly incoming?: unknown; readonly outgoing?: unknown };
}

export type ServerContext = Context<ServerEnv>;
export type ServerApp = Hono<ServerEnv>;

export interface RouteServer extends ProblemOptions {
  readonly host: Host;
  readonly schedules: Schedules;
  readonly limits: Limits;
  readonly chat: ChatSettings;
  readonly links: AnswerLinks;
  /** What paths begin with, `""` or `/api`. */
  readonly basePath: string;
  /** Whether it is asked who a request is from. */
  readonly hasAuth: boolean;
}

/** Adds routes to the app; it is called after authentication was put before them. */
export type Routes = (app: ServerApp, server: RouteServer) => void;

/** Any value that a flow can store, as the JSON of an answer. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(toJson(value)), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  });
}

/** @throws {FlowError} SERVER_MEDIA_TYPE_UNKNOWN, SERVER_BODY_TOO_LARGE, SERVER_BODY_INVALID */
export function bodyOf(context: ServerContext, { limits }: RouteServer): Promise<unknown> {
  return readJson(context.req.raw, bodyLimits(limits));
}

/** @throws {FlowError} SERVER_BODY_TOO_LARGE, SERVER_BODY_INVALID */
export function formOf(context: ServerContext, { limits }: RouteServer): Promise<URLSearchParams> {
  return readForm(context.req.raw, bodyLimits(limits));
}

const bodyLimits = ({ bodyBytes, jsonDepth }: RouteServer["limits"]) => ({
  maxBodyBytes: bodyBytes,
  option: "limits.bodyBytes",
  maxDepth: jsonDepth,
});

/**
 * Whether who asks is told what steps and tools of a flow have thrown: its operators are, who were asked who they are, and find the
 * runs of everybody.
 */
export function errorsFor(
  context: ServerContext,
  { exposeErrors = false, hasAuth }: RouteServer,
  flow: string,
): ProblemOptions {
  const access = context.get("access");
  return { exposeErrors: exposeErrors || (hasAuth && !access.confined && access.may(flow, "operate")) };
}

/**
 * The flow that the path names.
 * @throws {FlowError} SERVER_FLOW_NOT_FOUND – there is none that the request may know of
 * @throws {FlowError} SERVER_FORBIDDEN – it may not do this with it
 */
export function flowOf(context: ServerContext, { host }: RouteServer, verb: Verb): HostedFlow {
  return findFlow(context.req.param("name") ?? "", { host, access: context.get("access"), verb });
}

interface Asking {
  readonly host: Host;
  readonly access: Access;
  readonly verb: Verb;
}

/** The same, of any name. */
export function findFlow(name: string, { host, access, verb }: Asking): HostedFlow {
  const hosted = host.flows.get(name);
  if (!hosted || !access.sees(name)) {
    throw flowNotFound(
      name,
      [...host.flows.keys()].filter((one) => access.sees(one)),
    );
  }
  requireRight(access, name, verb);
  return hosted;
}

export interface HostedRun {
  readonly record: RunRecord;
  readonly hosted: HostedFlow;
}

/**
 * A stored run, by its id, and its flow. What the request may not know of is answered like what is not there.
 * @throws {FlowError} RUN_NOT_FOUND
 * @throws {FlowError} SERVER_FORBIDDEN – it may not do this with runs of the flow
 */
export async function runOf(context: ServerContext, { host }: RouteServer, verb: Verb): Promise<HostedRun> {
  const id = context.req.param("id") ?? "";
  return findRun(id, { host, access: context.get("access"), verb });
}

/** The same, of any id. */
export async function findRun(id: string, { host, access, verb }: Asking): Promise<HostedRun> {
  const stored = id !== "" && id.length <= 1000 && access.reaches(id) ? await host.persistence.get(id) : undefined;
  const hosted = stored && host.flows.get(stored.flow);
  if (!hosted || !access.sees(stored.flow)) throw runNotFound(id);
  requireRight(access, stored.flow, verb);
  const record = await hosted.flow.runs.get(id);
  if (!record) throw runNotFound(id);
  return { record, hosted };
}

function runNotFound(id: string): FlowError {
  return new FlowError("RUN_NOT_FOUND", `There is no run "${id.slice(0, 200)}".`);
}

/** @throws {FlowError} SERVER_REQUEST_INVALID */
export function invalidRequest(message: string, hint: string): FlowError {
  return new FlowError("SERVER_REQUEST_INVALID", message, { hint });
}
