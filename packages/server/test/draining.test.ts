/** How a server ends: nothing new, what runs stands at a commit, in bounded time; and the next one goes on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SqlitePersistence } from "@millrace/sqlite";
import { Flow, listen, start } from "millrace";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createServer, type FlowServer, type ServerOptions } from "../src/index.js";

let stuck = true;
const called: string[] = [];

class Stubborn extends Flow {
  @start() first() {
    called.push("first");
    return 1;
  }
  @listen("first") async second(n: number) {
    called.push("second");
    // hears nothing of being told to stop
    if (stuck) await new Promise(() => undefined);
    return n + 1;
  }
}

let folder: string;
const open: { server: FlowServer; persistence: SqlitePersistence }[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drain-"));
  stuck = true;
  called.length = 0;
});
afterEach(async () => {
  for (const { server, persistence } of open.splice(0)) {
    await server.close();
    await persistence.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

async function serve(options: Partial<ServerOptions> = {}) {
  const persistence = new SqlitePersistence(join(folder, "db"));
  const server = await createServer({
    flows: [Stubborn],
    persistence,
    abortGrace: "100ms",
    recoverEvery: "50ms",
    ...options,
  });
  open.push({ server, persistence });
  const { url } = await server.listen({ port: 0 });
  return { server, persistence, url };
}

const begin = async (url: string, headers: Record<string, string> = {}): Promise<string> => {
  const response = await fetch(`${url}/flows/Stubborn`, { method: "POST", headers });
  return ((await response.json()) as { id: string }).id;
};

test("a step that does not listen holds up the end no longer than its grace, and is begun again by the next server", async () => {
  const first = await serve();
  const id = await begin(first.url);
  await expect.poll(() => called).toEqual(["first", "second"]);
  const began = Date.now();
  const closed = first.server.close();
  // while it is being stopped it answers, and says so
  const [ready, alive, refused] = await Promise.all([
    fetch(`${first.url}/readyz`),
    fetch(`${first.url}/healthz`),
    fetch(`${first.url}/flows/Stubborn`, { method: "POST" }),
  ]);
  expect([ready.status, alive.status, refused.status]).toEqual([503, 200, 503]);
  expect(refused.headers.get("retry-after")).toBe("2");
  expect(await refused.json()).toMatchObject({ code: "SERVER_DRAINING" });
  await closed;
  expect(Date.now() - began).toBeLessThan(5_000);
  await expect(fetch(`${first.url}/healthz`)).rejects.toThrow();
  expect((await first.persistence.get(id))?.status).toBe("running");

  stuck = false;
  const next = await serve();
  await expect.poll(async () => (await next.persistence.get(id))?.status).toBe("completed");
  expect(called).toEqual(["first", "second", "second"]);
});

test("clients that hang on hold up the end no longer than a moment", async () => {
  const { server, url } = await serve();
  const id = await begin(url);
  const streams = await Promise.all(
    Array.from({ length: 20 }, () => fetch(`${url}/runs/${id}/events`, { headers: { accept: "text/event-stream" } })),
  );
  // nobody reads them
  const began = Date.now();
  await server.close();
  expect(Date.now() - began).toBeLessThan(5_000);
  for (const stream of streams) await stream.text().catch(() => undefined);
});

test("what another server drives is left to it", async () => {
  const first = await serve();
  const id = await begin(first.url);
  await expect.poll(() => called).toEqual(["first", "second"]);
  const second = await serve();
  await pause(300);
  expect(called).toEqual(["first", "second"]);
  const resumed = await fetch(`${second.url}/runs/${id}/resume`, { method: "POST" });
  expect([resumed.status, await resumed.json()]).toMatchObject([409, { code: "RUN_OWNED" }]);
});

test("one key at two servers at the same time starts one run", async () => {
  stuck = false;
  const servers = await Promise.all([serve(), serve(), serve()]);
  const ids = await Promise.all(
    Array.from({ length: 30 }, (_, i) => begin(servers[i % 3]!.url, { "idempotency-key": `key-${i % 2}` })),
  );
  expect(new Set(ids).size).toBe(2);
  for (const id of ids)
    await expect.poll(async () => (await servers[0]!.persistence.get(id))?.status).toBe("completed");
  expect(called.filter((step) => step === "first")).toHaveLength(2);
});
