/** A reply as the body of an answer: server-sent events that any proxy passes on at once. */
import type { ChunkQueue } from "./chunk-queue.js";
import { type ClientMajor, forClient, sseDone, sseText } from "./wire-chunk.js";

const headers = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-vercel-ai-ui-message-stream": "v1",
  "x-accel-buffering": "no",
};

/** Something is sent so often, so that nobody between takes the connection for dead. */
const heartbeatMs = 15_000;

export interface ReplyStream {
  readonly queue: ChunkQueue;
  readonly client: ClientMajor;
  /** The client has gone. */
  readonly left: () => void;
  /** Hangs up, where a server of Node's is below; else the body fails. */
  readonly hangUp?: (() => void) | undefined;
}

export function replyResponse({ queue, client, left, hangUp }: ReplyStream): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunks = await queue.take(heartbeatMs);
      const text = chunks.flatMap((chunk) => forClient(chunk, client) ?? []).map(sseText);
      const { ended } = queue;
      if (ended === "told") text.push(sseDone);
      else if (text.length === 0 && !ended) text.push(": \n\n");
      if (text.length > 0) controller.enqueue(encoder.encode(text.join("")));
      // what was told is taken before it is hung up
      if (!ended || (ended === "cut" && text.length > 0)) return;
      left();
      // a client takes a stream that is cut for a lost connection, and asks for the rest
      if (ended === "told") controller.close();
      else if (hangUp) hangUp();
      else controller.error(new Error("the reply is told by another process"));
    },
    cancel: left,
  });
  return new Response(body, { headers });
}
