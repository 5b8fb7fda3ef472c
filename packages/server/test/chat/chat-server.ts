/** A server of the chat flows for one test, and clients of it. */
import { afterEach } from "vitest";
import { type ClientOptions, chatClient, type Major, textOf } from "../../src/chat/reply/testing/clients.js";
import { plainParts } from "../../src/chat/reply/testing/written.js";
import { createServer, type FlowServer, type ServerOptions } from "../../src/index.js";
import { chatFlows } from "./chat-flows.js";

const open: FlowServer[] = [];

/** What a request was answered with; `body`: an object of JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly text: string;
  readonly body: any;
}

export async function serve(options: Partial<ServerOptions> = {}) {
  const server = await createServer({ flows: chatFlows, chat: { steps: false }, ...options });
  open.push(server);
  const { url } = await server.listen({ port: 0 });
  const client = (major: Major, flow: string, more: Partial<ClientOptions> = {}) =>
    chatClient(major, { api: `${url}/flows/${flow}/chat`, ...more });
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text.startsWith("{") ? JSON.parse(text) : undefined,
    };
  };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    ask(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  return { server, url, client, ask, post };
}

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

export const texts = (messages: readonly any[]) => messages.map(textOf);
/** What messages show, without what clients add for themselves. */
export const shownParts = (messages: readonly any[]): unknown[] =>
  messages.map(({ id, role, parts }) => ({ id, role, parts: plainParts(parts) }));
export const user = (id: string, text: string) => ({ id, role: "user", parts: [{ type: "text", text }] });
