/** Two servers of a flow that shows what it is told to, clients whose lines can be cut, and what all of them must agree on. */
import { MemoryPersistence } from "millrace";
import { expect } from "vitest";
import type { ChatClient, Major } from "../../src/chat/reply/testing/clients.js";
import { until } from "../support/until.js";
import { pause } from "./chat-flows.js";
import { serve, shownParts } from "./chat-server.js";
import { Show } from "./show-flow.js";

/** Two servers on one store. */
export async function lab(major: Major, options: object = {}) {
  const persistence = new MemoryPersistence();
  const flows = [Show];
  const chat = { steps: true, ...(major > 5 && { client: major }) };
  const one = await serve({ flows, persistence, chat, recoverEvery: "50ms", ...options });
  const two = await serve({ flows, persistence, chat, recoverEvery: "50ms", ...options });
  const stored = async (id: string, server = one) => (await server.ask(`/flows/Show/chat/${id}`)).body;
  const rests = async (id: string) => until(async () => (await stored(id)).status !== "running");
  /** Client, store, and a second window on the other server see the same. */
  const same = async (chat: ChatClient) => {
    await rests(chat.id);
    const { messages } = await stored(chat.id);
    expect(shownParts(chat.messages)).toEqual(shownParts(messages));
    expect(shownParts((await stored(chat.id, two)).messages)).toEqual(shownParts(messages));
    const other = two.client(major, "Show", { id: chat.id, messages });
    await other.resumeStream();
    expect(shownParts(other.messages)).toEqual(shownParts(messages));
  };
  return { one, two, stored, rests, same };
}

export interface Line {
  reads: number;
  slow: number;
  /** It was cut. */
  cut: boolean;
}

/** A fetch whose answers can be cut off after some reads, the first of them `slow` ms late. */
export function cutter() {
  const line: Line = { reads: Number.POSITIVE_INFINITY, slow: 0, cut: false };
  const cutting: typeof fetch = async (...request) => {
    const response = await fetch(...request);
    if (!response.body || response.status !== 200 || line.reads === Number.POSITIVE_INFINITY) return response;
    const reader = response.body.getReader();
    let left = line.reads;
    await pause(line.slow);
    const body = new ReadableStream({
      async pull(controller) {
        if (left-- <= 0) {
          line.cut = true;
          await reader.cancel().catch(() => undefined);
          return controller.error(new Error("the line is cut"));
        }
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
    return new Response(body, { status: response.status, headers: response.headers });
  };
  return { line, fetch: cutting };
}

export const asked = (message: any): any[] =>
  (message?.parts ?? []).filter(({ toolName, state }: any) => toolName === "ask" && state === "input-available");

export async function answerAll(chat: ChatClient): Promise<void> {
  for (let [part] = asked(chat.messages.at(-1)); part; [part] = asked(chat.messages.at(-1))) {
    await chat.addToolOutput({ tool: "ask", toolCallId: part.toolCallId, output: 1 });
    await chat.sendMessage();
  }
}
