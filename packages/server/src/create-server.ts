/** A server of flows: the host that drives them, and a fetch handler over it. */
import { FlowError } from "millrace";
import { type Fetch, type Listening, type ListenOptions, listenOn } from "./adapters/index.js";
import { makeApp, servesPath } from "./app.js";
import { type AuthOptions, authentication } from "./auth/index.js";
import { checkListening, checkOptions } from "./check-options.js";
import { type Host, type HostOptions, openHost } from "./host/index.js";
import {
  answerLinks,
  type ChatOptions,
  type ClientAddress,
  type CorsOptions,
  chatSettings,
  type LimitOptions,
  type LinkOptions,
  limitsOf,
} from "./http/index.js";
import { putConfigured, type ScheduleSpec, Schedules } from "./schedules/index.js";

export interface ServerOptions extends HostOptions {
  /** Who may do what. @default everybody everything, on 127.0.0.1 only */
  readonly auth?: AuthOptions;
  readonly limits?: LimitOptions;
  /** How chat flows are told. */
  readonly chat?: ChatOptions;
  /** How links are made by which people answer questions. */
  readonly links?: LinkOptions;
  /** What all paths begin with, as in `"/api"`. @default "" */
  readonly basePath?: string;
  /**
   * What is started when: put when the server starts, replaced where they have changed, and removed when they are given no more.
   * Absent: those that are stored stay as they are.
   */
  readonly schedules?: readonly ScheduleSpec[];
  /** Pages of which other origins may ask. @default none */
  readonly cors?: CorsOptions;
  /** A proxy of yours stands before this server: addresses are those that it tells by `X-Forwarded-For`. @default false */
  readonly trustProxy?: boolean;
  /**
   * Tells the address of who asks, for `limits.rate`, where something else than a socket or `trustProxy` knows it: a header of your
   * host's, as in `(request) => request.headers.get("fly-client-ip") ?? undefined`. Undefined: not by this.
   */
  readonly clientAddress?: ClientAddress;
  /** Tells everybody what steps have thrown: for development. @default false */
  readonly exposeErrors?: boolean;
}

export interface FlowServer {
  /** What all paths begin with. */
  readonly basePath: string;
  readonly host: Host;
  /** Answers a request; it needs no `this`. `bindings` are what `@hono/node-server` gives, and where the server is mounted. */
  readonly fetch: Fetch;
  /** Whether it has something at a path, by whatever method. It needs no `this`. */
  readonly serves: (path: string) => boolean;
  /**
   * Serves on a port of its own, on 127.0.0.1 unless told otherwise.
   * @throws {FlowError} SERVER_OPTION_INVALID – it is given something else than `{ port, hostname, openToAll }`
   * @throws {FlowError} SERVER_ADDRESS_REFUSED – others could reach it, and there is no `auth`
   * @throws {FlowError} SERVER_LISTEN_FAILED – the port is taken, or the address is not this host's
   */
  listen(options?: ListenOptions): Promise<Listening>;
  /** Drains: nothing new is begun, running steps come to a commit, ports are given up. The next process goes on with the runs. */
  close(): Promise<void>;
}

/**
 * Serves flows over HTTP.
 *
 * @throws {FlowError} SERVER_OPTION_INVALID – an option can't be, or there is none of this name
 * @throws {FlowError} PLAN_INVALID, DOCUMENT_INVALID – a flow or document has problems
 * @throws {FlowError} SERVER_SCHEDULE_INVALID, SERVER_SCHEDULE_EXISTS – one of the schedules can't be
 * @example
 * const server = await createServer({ flows: [Hello] });
 * const { url } = await server.listen({ port: 0 });
 * await fetch(`${url}/flows/Hello?wait=10`, { method: "POST", headers: { "content-type": "application/json" }, body: '{"name":"Ada"}' });
 * await server.close();
 */
export async function createServer(options: ServerOptions): Promise<FlowServer> {
  checkOptions(options);
  const { auth, cors, exposeErrors = false, trustProxy = false, clientAddress } = options;
  const basePath = basePathOf(options.basePath);
  const limits = limitsOf(options.limits);
  const chat = chatSettings(options.chat);
  const links = answerLinks(options.links);
  const authenticate = authentication(auth);
  const host = await openHost(options, { mostRuns: limits.runs });
  const schedules = new Schedules(host);
  const server = { host, schedules, limits, chat, links, basePath, exposeErrors, hasAuth: auth !== undefined };
  const app = makeApp({
    server,
    authenticate,
    address: { trustProxy, ...(clientAddress && { clientAddress }) },
    ...(cors && { cors }),
  });
  try {
    if (options.schedules) await putConfigured(host, options.schedules, schedules);
  } catch (error) {
    await host.close();
    throw error;
  }
  void schedules.start();
  const open = new Set<Listening>();
  const fetch: Fetch = async (request, bindings) => app.fetch(request, bindings as never);
  return {
    basePath,
    host,
    fetch,
    serves: (path) => servesPath(app, path),
    listen: async (where = {}) => {
      checkListening(where);
      const listening = await listenOn(fetch, { ...where, hasAuth: auth !== undefined });
      open.add(listening);
      return listening;
    },
    close: async () => {
      await host.close();
      await Promise.all([...open].map((listening) => listening.close()));
    },
  };
}

function basePathOf(given = ""): string {
  if (given === "" || given === "/") return "";
  if (/^(?:\/[\w.~-]+)+$/.test(given)) return given;
  throw new FlowError("SERVER_OPTION_INVALID", `\`basePath\` is no path: ${given}`, {
    hint: 'Write it as in "/api", without a slash at its end.',
    details: { option: "basePath" },
  });
}
