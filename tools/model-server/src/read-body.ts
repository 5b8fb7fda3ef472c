import type { IncomingMessage } from "node:http";

const atMost = 32 * 1024 * 1024;

/** The body as JSON; undefined: it is none. */
export async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > atMost) throw new Error(`a body of more than ${atMost} bytes`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch {
    return undefined;
  }
}
