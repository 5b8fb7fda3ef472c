/**
 * Where the server stands in the addresses of who asks. A framework that hands requests on knows what stands before the part that is for
 * this server: routes do not see it, and addresses that the server tells begin with it.
 */
import { getPath } from "hono/utils/url";

/** Beside what `@hono/node-server` gives, to `fetch`. */
export interface MountBindings {
  /** What the path of a request begins with, before the server's own: `"/api"`. @default "" */
  readonly mount?: string;
}

/** A request's context. */
interface Mounted {
  readonly env?: MountBindings;
}

/** What paths begin with as clients know them: all addresses that are told are made of it. */
export function baseOf({ env }: Mounted, { basePath }: { readonly basePath: string }): string {
  return `${env?.mount ?? ""}${basePath}`;
}

/** The path as routes know it. */
export function pathWithin(request: Request, mount = ""): string {
  const path = getPath(request);
  return path === mount || path.startsWith(`${mount}/`) ? path.slice(mount.length) || "/" : path;
}

/** The address of a run. */
export function runAddress(context: Mounted, server: { readonly basePath: string }, id: string): string {
  return `${baseOf(context, server)}/runs/${encodeURIComponent(id)}`;
}
