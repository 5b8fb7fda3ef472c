/** One server for each place in a process, however often the module that makes it is loaded again: the one before is closed. */
import type { Served } from "./served.js";

const kept = Symbol.for("@millrace/server.kept");

type Kept = Map<string, Promise<Served>>;

/**
 * Makes a server that takes the place of the one that was made for `key` before: a bundler that loads a module anew, as it is edited,
 * leaves none behind. The one before drains; runs that it was at are gone on with by the new one, with the new code.
 *
 * @example
 * export const server = keepServer("flows", () => createServer({ flows: [Hello] }));
 */
export function keepServer<S extends Served>(key: string, make: () => S | Promise<S>): Promise<S> {
  const holder = globalThis as { [kept]?: Kept };
  const servers: Kept = holder[kept] ?? new Map();
  holder[kept] = servers;
  const before = servers.get(key);
  const server = (async () => make())();
  servers.set(key, server);
  // of one that could not be made, or closed, who asked for it has heard
  void before?.then((old) => old.close()).catch(() => undefined);
  server.catch(() => {
    if (servers.get(key) === server) servers.delete(key);
  });
  return server;
}
