import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { type SseSource, sseEvent, sseResponse } from "./sse-response.js";

/** A source that says these texts, and then waits until it is stopped. */
function saying(...texts: string[]): SseSource & { readonly asked: number; readonly stops: number } {
  const source = {
    asked: 0,
    stops: 0,
    end: undefined as (() => void) | undefined,
    async next() {
      source.asked++;
      const text = texts.shift();
      if (text !== undefined) return text;
      await new Promise<void>((resolve) => {
        source.end = resolve;
      });
      return undefined;
    },
    stop() {
      source.stops++;
      source.end?.();
    },
  };
  return source;
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  return new TextDecoder().decode((await reader.read()).value);
}

test("says when to come back, then what its source says, as it is", async () => {
  const response = sseResponse(saying(sseEvent('{"a":1}', "3.1"), sseEvent('{"b":"ü"}')));
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(response.headers.get("cache-control")).toBe("no-cache, no-transform");
  const reader = response.body!.getReader();
  expect(await read(reader)).toBe("retry: 1000\n\n");
  expect(await read(reader)).toBe('id: 3.1\ndata: {"a":1}\n\n');
  expect(await read(reader)).toBe('data: {"b":"ü"}\n\n');
  await reader.cancel();
});

test("sends a comment when nothing else is to be said", async () => {
  const reader = sseResponse(saying(), { heartbeatMs: 5 }).body!.getReader();
  await read(reader);
  expect(await read(reader)).toBe(": \n\n");
  expect(await read(reader)).toBe(": \n\n");
  await reader.cancel();
});

test("asks for no more than the client reads, and does not talk to one who does not", async () => {
  const large = "x".repeat(20_000);
  const source = saying(...Array.from({ length: 50 }, () => sseEvent(large)));
  const reader = sseResponse(source, { heartbeatMs: 5 }).body!.getReader();
  await pause(60);
  expect(source.asked).toBe(1);
  await read(reader);
  expect(await read(reader)).toContain(large);
  await pause(20);
  expect(source.asked).toBeLessThanOrEqual(3);
  await reader.cancel();
});

test("lets its source go when the client is gone, however that is told", async () => {
  const cancelled = saying();
  await sseResponse(cancelled).body!.cancel();
  expect(cancelled.stops).toBe(1);

  const client = new AbortController();
  const aborted = saying();
  const reader = sseResponse(aborted, { signal: client.signal }).body!.getReader();
  await read(reader);
  client.abort();
  expect((await reader.read()).done).toBe(true);
  expect(aborted.stops).toBeGreaterThan(0);

  const gone = saying();
  sseResponse(gone, { signal: AbortSignal.abort() });
  expect(gone.stops).toBeGreaterThan(0);
});

test("a source that fails ends the stream, and is told of on this side alone", async () => {
  const failures: unknown[] = [];
  const source = { next: () => Promise.reject(new Error("secret")), stop: () => undefined };
  const text = await sseResponse(source, { failed: (error) => failures.push(error) }).text();
  expect(text).toBe("retry: 1000\n\n");
  expect(failures).toEqual([new Error("secret")]);
});
