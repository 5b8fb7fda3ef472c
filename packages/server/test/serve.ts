/** A server on a port of its own, for one test, and a client of it. */

import { onTestFinished } from "vitest";
import { createServer, type ServerOptions } from "../src/index.js";

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

export async function serve(options: ServerOptions) {
  const server = await createServer({ recoverEvery: false, ...options });
  onTestFinished(() => server.close());
  const { url } = await server.listen({ port: 0 });
  const ask = async (path: string, init?: RequestInit): Promise<Answered> => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, body: isJson && text ? JSON.parse(text) : text };
  };
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    ask(path, {
      method: "POST",
      headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  return { server, url, ask, post };
}
