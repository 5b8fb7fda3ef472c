/** Where a request comes from, to count by it. */
import { isIP } from "node:net";
import type { ServerContext } from "./server-context.js";

/** Tells the address of who asks; undefined: it is not known. */
export type ClientAddress = (request: Request) => string | undefined;

export interface AddressOptions {
  readonly clientAddress?: ClientAddress;
  /** The address at the end of `X-Forwarded-For` is that of who asks. */
  readonly trustProxy: boolean;
}

/**
 * What requests of one client are counted by. Those whose address nobody knows, as in a handler without a socket, are counted
 * together: a limit that is not known to hold for whom holds for all of them.
 */
export function addressKey({ env, req }: ServerContext, { clientAddress, trustProxy }: AddressOptions): string {
  // the last one is what the proxy itself has seen, those before it anybody may have written
  const forwarded = trustProxy ? req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  const { incoming } = (env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  const told = clientAddress?.(req.raw) || forwarded || incoming?.socket?.remoteAddress;
  const address = told && withoutPort(told);
  return address && isIP(address) ? `address ${networkOf(address)}` : "address unknown";
}

/** Some proxies tell the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(address: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
}

/** Who has one address of IPv6 has 2^64 of them. */
function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address;
  const [bare = ""] = address.split("%");
  const [head = "", tail] = bare.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail ? tail.split(":").length : 0;
  const filled = tail === undefined ? groups : [...groups, ...Array(Math.max(0, 8 - groups.length - after)).fill("0")];
  return `${[...filled, ...(tail ? tail.split(":") : [])]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::`;
}
