import { getRandomValues } from "node:crypto";

const random = new Uint8Array(1000);
let used = random.length;

/**
 * A UUID version 7 (RFC 9562): its first 48 bits are the time in ms, so that ids made one after the other lie side by side
 * in an index.
 */
export function newRunId(): string {
  if (used + 10 > random.length) {
    getRandomValues(random);
    used = 0;
  }
  const bytes = random.subarray(used, used + 10);
  used += 10;
  const hex = (from: number, to: number) =>
    bytes.subarray(from, to).reduce((text, byte) => text + byte.toString(16).padStart(2, "0"), "");
  const time = Date.now().toString(16).padStart(12, "0");
  const version = (0x7000 | (bytes[0]! << 4) | (bytes[1]! >> 4)).toString(16);
  const variant = (0x8000 | ((bytes[2]! & 0x3f) << 8) | bytes[3]!).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}-${hex(4, 10)}`;
}
