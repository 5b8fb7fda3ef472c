/** How a project's flows are served: of each setting the flag, the environment, the config, the default. */
import type { AuthOptions, ListenOptions, ScheduleSpec, ServerOptions } from "@millrace/server";
import { FlowError } from "millrace";
import { linkSecret } from "./link-secret.js";
import type { Project } from "./open-project.js";

export interface ListenFlags {
  readonly port?: string;
  readonly host?: string;
  readonly openToAll?: boolean;
}

/** @throws {FlowError} CLI_USAGE_INVALID – what is told is no port */
export function listenSettings({ config }: Pick<Project, "config">, flags: ListenFlags): ListenOptions {
  const { port, hostname, openToAll } = config.server ?? {};
  const told = flags.port ?? process.env.MILLRACE_PORT ?? process.env.PORT;
  const host = flags.host ?? (process.env.MILLRACE_HOST || undefined) ?? hostname;
  const chosen = told === undefined || told === "" ? port : portOf(told);
  return {
    ...(chosen !== undefined && { port: chosen }),
    ...(host !== undefined && { hostname: host }),
    openToAll: flags.openToAll ?? openToAll ?? false,
  };
}

/** What the server is made with, beside flows and store. */
export function serverSettings({ config, database }: Pick<Project, "config" | "database">): ServerOptions {
  const { server = {}, maxCalls, abortGrace, schedules = [] } = config;
  const { port: _, hostname: __, openToAll: ___, auth, ...options } = server;
  const asked = auth ?? keysOf(process.env.MILLRACE_KEYS);
  const secret = options.links?.secret ?? linkSecret(database);
  return {
    ...options,
    links: { ...options.links, ...(secret !== undefined && { secret }) },
    // those that were put before and stand there no more are removed
    schedules: schedules as readonly ScheduleSpec[],
    ...(asked && { auth: asked }),
    ...(maxCalls !== undefined && { maxCalls }),
    ...(abortGrace !== undefined && { abortGrace }),
  };
}

/** @throws {FlowError} CLI_USAGE_INVALID – it is no port */
export function portOf(given: string): number {
  if (/^\d{1,5}$/.test(given) && Number(given) <= 65_535) return Number(given);
  throw new FlowError("CLI_USAGE_INVALID", `"${given}" is no port.`, {
    hint: "Give a number up to 65535 by --port, MILLRACE_PORT or PORT; 0 takes any that is free.",
  });
}

function keysOf(given: string | undefined): AuthOptions | undefined {
  const keys = (given ?? "").split(",").flatMap((key) => key.trim() || []);
  return keys.length === 0 ? undefined : { keys };
}
