/**
 * Which addresses a request may go to. The address itself is looked at, in the moment of connecting: whatever a name led to before,
 * and however an address is written, nothing else is connected to.
 */
import { type LookupAddress, lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { stepError } from "../step-error.js";

/** Public by their number, and yet only reached from inside: the host services of a cloud. */
const inner: ReadonlySet<string> = new Set(["168.63.129.16"]);

/** Whether an address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // An IPv4 address within IPv6 is that address.
  const parsed = ipaddr.process(address);
  if (parsed.range() !== "unicast" || inner.has(parsed.toString())) return false;
  if (parsed.kind() === "ipv4") return true;
  // What is handed out of IPv6 is 2000::/3; the rest is reserved, or was once local.
  return ((parsed as ipaddr.IPv6).parts[0]! & 0xe000) === 0x2000;
}

/** Throws where the host of a URL is an address that is not public: a name is looked at when it is resolved. */
export function checkHost(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (ipaddr.isValid(host) && !isPublicAddress(host)) throw notPublic(url.hostname);
}

/** A lookup for sockets that answers public addresses, or fails: one private address among several is one too many. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const addresses = (found ?? []) as LookupAddress[];
    if (error) return callback(error, "", 4);
    if (addresses.length === 0 || addresses.some(({ address }) => !isPublicAddress(address)))
      return callback(notPublic(hostname) as NodeJS.ErrnoException, "", 4);
    if (options.all) return callback(null, addresses);
    return callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};

function notPublic(host: string) {
  return stepError("STEP_HTTP_REFUSED", `${host} is no public address.`, {
    hint: "If it is meant, say `allowPrivate: true` in the step or in its connection.",
    details: { host },
  });
}
