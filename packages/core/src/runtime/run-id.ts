import { getRandomValues } from "node:crypto";

const bytesPerId = 10;
const random = Buffer.alloc(100 * bytesPerId);
let used = random.length;

/**
 * A UUID version 7 (RFC 9562): its first 48 bits are the time in ms, so that ids made one after the other lie side by side
 * in an index.
 */
export function newRunId(): string {
  if (used === random.length) {
    getRandomValues(random);
    used = 0;
  }
  id.writeUIntBE(Date.now(), 0, 6);
  random.copy(id, 6, used, used + bytesPerId);
  used += bytesPerId;
  id[6] = 0x70 | (id[6]! & 0x0f);
  id[8] = 0x80 | (id[8]! & 0x3f);
  const hex = id.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const id = Buffer.alloc(16);
