/**
 * An answer that goes on: server-sent events, written as fast as the client reads. The source is asked for more only when there
 * is room, so that a stream holds no more than what is on its way.
 */

export interface SseSource {
  /** The next piece of text, ready to be sent; undefined: it is over. Asked for again only when it has answered. */
  next(): Promise<string | undefined>;
  /** The client is gone, or has been given up: a `next` that waits answers now. */
  stop(): void;
}

export interface SseOptions {
  /** Fires when the client goes. */
  readonly signal?: AbortSignal | undefined;
  /** Told why the source has failed: the client sees no more than an end, and comes back. */
  readonly failed?: (error: unknown) => void;
  /** A comment is sent after so long without anything else, in ms: proxies and clients see that the line is alive. */
  readonly heartbeatMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long a client waits before it comes back, in ms. */
export const retryMs = 1_000;

/** So much may wait for the client before the source is asked for more, in bytes. */
const highWaterMark = 16_384;

export const sseHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  // without `no-transform` a compressing proxy holds events back until its buffer is full
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
} as const;

/** One event as text. `json` has no line breaks, as what JSON.stringify makes never has. */
export const sseEvent = (json: string, id?: string): string =>
  id === undefined ? `data: ${json}\n\n` : `id: ${id}\ndata: ${json}\n\n`;

/** Tells the client how long to wait before it comes back. */
export const sseRetry = (ms: number): string => `retry: ${ms}\n\n`;

export function sseResponse(source: SseSource, options: SseOptions = {}): Response {
  const { signal, failed, heartbeatMs = 15_000, headers = {} } = options;
  const encoder = new TextEncoder();
  let heartbeat: NodeJS.Timeout | undefined;
  let quiet = false;

  const stop = () => {
    clearInterval(heartbeat);
    signal?.removeEventListener("abort", stop);
    source.stop();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode(sseRetry(retryMs)));
        heartbeat = setInterval(() => {
          // one who does not read is not talked to
          if (quiet && (controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(": \n\n"));
          quiet = true;
        }, heartbeatMs).unref();
        signal?.addEventListener("abort", stop);
        if (signal?.aborted) stop();
      },
      async pull(controller) {
        const text = await source.next().catch((error: unknown) => failed?.(error));
        quiet = false;
        if (typeof text === "string") return controller.enqueue(encoder.encode(text));
        stop();
        controller.close();
      },
      cancel: stop,
    },
    { highWaterMark, size: (chunk) => chunk?.byteLength ?? 0 },
  );
  return new Response(body, { headers: { ...sseHeaders, ...headers } });
}
