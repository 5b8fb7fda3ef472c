/**
 * Starts the server: on 127.0.0.1, at a free port, for this process alone. It keeps no process alive, takes bodies up to 32 MB,
 * and lets no answer last longer than a minute.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer } from "./answer.js";
import type { Asked, AskedSoFar } from "./asked.js";
import { type ChatRequest, problemOf } from "./chat-request.js";
import { readBody } from "./read-body.js";
import { refuse, reply } from "./reply.js";

/** What is said: one answer after the other, or what a function makes of each request. A list that is over refuses. */
export type Script = readonly Answer[] | ((request: ChatRequest, asked: Asked) => Answer | Promise<Answer>);

export interface ModelServerOptions {
  /** Clients must send it as their bearer token. @default any is taken */
  readonly apiKey?: string;
  /** False: what a real server refuses (unanswered tool calls, doubled names and ids) is taken. @default true */
  readonly strict?: boolean;
  /** True: streams tell their usage also to those who do not ask for it. @default false */
  readonly usageUnasked?: boolean;
}

export interface ModelServer extends AsyncDisposable {
  /** The base address, as clients of OpenAI take it: `http://127.0.0.1:<port>/v1`. */
  readonly url: string;
  /** What was asked so far, in order. */
  readonly asked: readonly Asked[];
  /** Cuts all connections. */
  close(): Promise<void>;
}

export async function startModelServer(script: Script, options: ModelServerOptions = {}): Promise<ModelServer> {
  const asked: AskedSoFar[] = [];
  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else refuse(response, { status: 500, message: `the script threw: ${String(error)}` });
    });
  });
  server.requestTimeout = 60_000;

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { apiKey, strict = true, usageUnasked = false } = options;
    const body = await readBody(incoming);
    const path = incoming.url ?? "";
    if (incoming.method !== "POST" || !path.endsWith("/chat/completions")) {
      return refuse(response, { status: 404, message: `Unknown request URL: ${incoming.method} ${path}` });
    }
    if (apiKey !== undefined && incoming.headers.authorization !== `Bearer ${apiKey}`) {
      return refuse(response, { status: 401, code: "invalid_api_key", message: "Incorrect API key provided." });
    }
    const problem = strict || typeof body !== "object" ? problemOf(body) : undefined;
    if (problem !== undefined) return refuse(response, { status: 400, message: problem });
    const request = body as ChatRequest;
    const one: AskedSoFar = { number: asked.length + 1, headers: incoming.headers, request, outcome: "open" };
    asked.push(one);
    response.once("close", () => {
      if (one.outcome === "open") one.outcome = "left";
    });
    await reply(await nextOf(script, one), { asked: one, response, usageUnasked });
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1`, asked, close, [Symbol.asyncDispose]: close };
}

function nextOf(script: Script, asked: Asked): Answer | Promise<Answer> {
  if (typeof script === "function") return script(asked.request, asked);
  return script[asked.number - 1] ?? { status: 500, message: `the script has ${script.length} answers, no more` };
}
