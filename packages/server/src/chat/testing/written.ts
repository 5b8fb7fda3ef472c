/** What a ReplyWriter makes of events, and what real clients make of that. */
import type { ChatMessage, FlowEvent } from "millrace";
import { type ReplyOptions, ReplyWriter } from "../reply-writer.js";
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
  const writer = new ReplyWriter({
    runId: "r1",
    reply: (output) => output as ChatMessage,
    told: (chunk) => chunk,
    errorText: ({ message }) => message,
    steps: false,
    send: (chunk) => chunks.push(chunk),
    ...options,
  });
  chunks.push(writer.startChunk);
  for (const one of events) writer.take(one);
  return { chunks, writer, soFar: writer.soFar() };
}

/** What a real client makes of chunks. */
export async function read(chunks: readonly WireChunk[], major: Major, known: Major | undefined = undefined) {
  const body = chunks.flatMap((chunk) => forClient(chunk, known) ?? []).map(sseText);
  const headers = { "content-type": "text/event-stream" };
  const fetch = async () => new Response([...body, sseDone].join(""), { headers });
  const client = chatClient(major, { api: "http://chat.test/", fetch });
  await client.sendMessage({ text: "hello" });
  return { client, message: client.messages[1], error: client.error };
}
