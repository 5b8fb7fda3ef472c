import type { Fetch } from "./node-listener.js";

/** What adapters need of a server. */
export interface Served {
  readonly basePath: string;
  readonly fetch: Fetch;
  readonly serves: (path: string) => boolean;
  close(): Promise<void>;
}
