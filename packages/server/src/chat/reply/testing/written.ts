/** What a ReplyWriter makes of events, and what real clients make of that. */
import type { ChatMessage, FlowEvent } from "millrace";
import { startChunk } from "../reply-ids.js";
import { type ReplyOptions, ReplyWriter } from "../reply-writer.js";
import { chunksOf } from "../shown-part.js";
import { isKept, type ToldChunk, ToldParts } from "../told-parts.js";
import { forClient, sseDone, sseText, type WireChunk } from "../wire-chunk.js";
import { chatClient, type Major } from "./clients.js";

let seq = 0;
const about = { runId: "r1", flow: "Chat", at: 0 };
export const event = (body: object): FlowEvent => ({ ...about, seq: ++seq, ...body }) as unknown as FlowEvent;
export const step = (type: string, name = "answer", more: object = {}) =>
  event({ type: `step.${type}`, step: name, number: 1, attempt: 1, ...more });
export const says = (chunk: unknown, name = "answer") =>
  event({ type: "output.chunk", step: name, number: 1, attempt: 1, chunk });
export const begins = () => event({ type: "run.started", inputs: {} });
export const completes = (text?: string, parts: object[] = text === undefined ? [] : [{ type: "text", text }]) =>
  event({ type: "run.completed", output: { id: "x", role: "assistant", parts } });
export const text = (id: string, ...deltas: string[]) => [
  says({ type: "text-start", id }),
  ...deltas.map((delta) => says({ type: "text-delta", id, delta })),
  says({ type: "text-end", id }),
];

export function written(events: readonly FlowEvent[], options: Partial<ReplyOptions> = {}) {
  const chunks: WireChunk[] = [];
  const kept: ToldChunk[] = [];
  const writer = new ReplyWriter({
    runId: "r1",
    reply: (output) => output as ChatMessage,
    fit: (chunk) => chunk,
    errorText: ({ message }) => message,
    steps: false,
    say: (chunk, by) => {
      chunks.push(chunk);
      if (isKept(chunk)) kept.push(by ? { ...chunk, by } : chunk);
    },
    ...options,
  });
  chunks.push(startChunk("r1"));
  for (const one of events) writer.take(one);
  const soFar = [startChunk("r1"), ...writer.parts.flatMap(chunksOf), ...writer.last];
  return { chunks, kept, writer, soFar };
}

/** What is made of chunks that were kept. */
export function partsOf(kept: readonly ToldChunk[]) {
  const told = new ToldParts();
  for (const chunk of kept) told.take(chunk);
  return told.parts;
}

/**
 * Parts of a message without what clients add for themselves, and without last borders, which they come to see with what follows.
 * Of approvals each window knows what it was told: one that it has given itself, and those of 7.
 */
export function plainParts(parts: readonly { readonly type: string }[]): unknown[] {
  const shown = parts.slice(0, parts.findLastIndex(({ type }) => type !== "step-start") + 1);
  const own = { providerMetadata: undefined, callProviderMetadata: undefined };
  return shown.map((part) => {
    const { state } = part as { readonly state?: string };
    const left = {
      ...(part.type === "reasoning" && { id: undefined }),
      ...(isCalled(state) && { approval: undefined }),
    };
    return JSON.parse(JSON.stringify({ ...part, ...own, ...left }));
  });
}

const isCalled = (state = "") => !state.startsWith("approval-");

/** What a real client makes of chunks. */
export async function read(chunks: readonly WireChunk[], major: Major, known: Major | undefined = undefined) {
  const body = chunks.flatMap((chunk) => forClient(chunk, known) ?? []).map(sseText);
  const headers = { "content-type": "text/event-stream" };
  const fetch = async () => new Response([...body, sseDone].join(""), { headers });
  const client = chatClient(major, { api: "http://chat.test/", fetch });
  await client.sendMessage({ text: "hello" });
  return { client, message: client.messages[1], error: client.error };
}
