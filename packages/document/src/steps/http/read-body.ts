/** The body of an answer, within a limit that holds for what is unpacked: what was small on the wire may be large. */
import type { Response } from "undici";
import { failed, place } from "./failures.js";

export async function readBody(response: Response, maxBytes: number, at: URL): Promise<Uint8Array> {
  if (!response.body) return new Uint8Array();
  const tooLarge = () =>
    failed(`The answer of ${place(at)} is larger than ${maxBytes} bytes.`, {
      hint: "Ask for less, or raise `maxBytes` where that is meant.",
      retryable: false,
    });
  if (!response.headers.has("content-encoding") && Number(response.headers.get("content-length")) > maxBytes) {
    await response.body.cancel();
    throw tooLarge();
  }
  // One place that grows: chunks of a byte each would cost a hundred times what they hold.
  let held = new Uint8Array(Math.min(16_384, maxBytes));
  let size = 0;
  for await (const chunk of response.body) {
    const { byteLength } = chunk as Uint8Array;
    if (size + byteLength > maxBytes) throw tooLarge();
    if (size + byteLength > held.length) {
      const grown = new Uint8Array(Math.min(Math.max(size + byteLength, held.length * 2), maxBytes));
      grown.set(held.subarray(0, size));
      held = grown;
    }
    held.set(chunk as Uint8Array, size);
    size += byteLength;
  }
  return held.subarray(0, size);
}
