/** How often who may ask, whatever knows where a request comes from; parameters that are not known; nearest names; where `/` leads. */
import { Flow, start } from "millrace";
import { describe, expect, test } from "vitest";
import { type ClientAddress, createServer, type MountBindings, type ServerOptions } from "../src/index.js";
import { serve } from "./serve.js";

class Hello extends Flow {
  @start() greet() {
    return "Hello";
  }
}
const flows = [Hello];
const rate = { requests: 3, per: "1m" } as const;

async function asked(options: ServerOptions = {}) {
  const server = await createServer({ flows, recoverEvery: false, limits: { rate }, ...options });
  return async (path: string, headers: Record<string, string> = {}, from?: string) => {
    const socket = { incoming: { socket: { remoteAddress: from } } } as MountBindings;
    return (await server.fetch(new Request(`http://localhost${path}`, { headers }), from ? socket : {})).status;
  };
}

describe("a limit of requests", () => {
  test("holds where nobody knows who asks: for all of them together", async () => {
    const ask = await asked();
    const found = [];
    for (let i = 0; i < 5; i++) found.push(await ask("/flows", { "x-forwarded-for": `10.0.0.${i}` }));
    expect(found).toEqual([200, 200, 200, 429, 429]);
  });

  test("counts by what the host knows", async () => {
    const clientAddress: ClientAddress = ({ headers }) => headers.get("fly-client-ip") ?? undefined;
    const ask = await asked({ clientAddress });
    const of = async (address: string) =>
      (await Promise.all([1, 2, 3, 4].map(() => ask("/flows", { "fly-client-ip": address })))).sort();
    expect([await of("10.0.0.1"), await of("10.0.0.2")]).toEqual([
      [200, 200, 200, 429],
      [200, 200, 200, 429],
    ]);
  });

  test("believes X-Forwarded-For only behind a proxy that writes it", async () => {
    const believing = await asked({ trustProxy: true });
    const found = [];
    for (let i = 0; i < 5; i++)
      found.push(await believing("/flows", { "x-forwarded-for": `1.1.1.1, 10.0.0.${i}` }, "9.9.9.9"));
    expect(found).toEqual([200, 200, 200, 200, 200]);
    const doubting = await asked();
    const doubted = [];
    for (let i = 0; i < 5; i++) doubted.push(await doubting("/flows", { "x-forwarded-for": `10.0.0.${i}` }, "9.9.9.9"));
    expect(doubted).toEqual([200, 200, 200, 429, 429]);
  });

  test.each([
    [["192.0.2.1:1000", "192.0.2.1:1001", "192.0.2.1", "[::ffff:192.0.2.1]:7"], 429],
    [["[2001:db8::1]:1000", "[2001:db8::2]:1001", "2001:db8::3", "[2001:db8::4]"], 429],
    [["192.0.2.1:1000", "192.0.2.2:1000", "192.0.2.3:1000", "192.0.2.4:1000"], 200],
    [["one", "two", "1.2.3", "[::1"], 429],
  ])("behind a proxy leaves ports out, and believes only addresses: %j", async (addresses, last) => {
    const ask = await asked({ trustProxy: true });
    const found = [];
    for (const address of addresses) found.push(await ask("/flows", { "x-forwarded-for": `1.1.1.1, ${address}` }));
    expect(found).toEqual([200, 200, 200, last]);
  });

  test.each([
    [["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:DB8:1:2:3:4:5:6", "2001:db8:0001:2::"], 429],
    [["2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:1:4::1", "2001:db8::1"], 200],
    [["10.0.0.1", "::ffff:10.0.0.1", "10.0.0.1", "::ffff:10.0.0.1"], 429],
    [["::1", "::2", "::", "0:0:0:0:1:2:3:4"], 429],
  ])("takes a network of IPv6 for one who asks: %j", async (addresses, last) => {
    const ask = await asked();
    const found = [];
    for (const address of addresses) found.push(await ask("/flows", {}, address));
    expect(found).toEqual([200, 200, 200, last]);
  });

  test("holds for links that are guessed, and for keys", async () => {
    const ask = await asked({ auth: { keys: ["somebodys-key-0123456789"] } });
    const found = [];
    for (let i = 0; i < 4; i++) found.push(await ask(`/links/a.${i}`, {}, "10.0.0.1"));
    expect(found).toEqual([404, 404, 404, 429]);
    expect(await ask("/flows", {}, "10.0.0.1")).toBe(429);
    // who has a key is counted by it
    expect(await ask("/flows", { authorization: "Bearer somebodys-key-0123456789" }, "10.0.0.1")).toBe(200);
  });

  test("does not make a load balancer think that the server is not well", async () => {
    const ask = await asked();
    for (let i = 0; i < 10; i++) expect([await ask("/healthz"), await ask("/readyz")]).toEqual([200, 200]);
  });
});

test("as many runs are started by schedules at once as may be driven, no more", async () => {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  class Slow extends Flow {
    @start() wait() {
      return held;
    }
  }
  const { post, server } = await serve({ flows: [Slow], limits: { runs: 3 } });
  await post("/schedules", { id: "s", flow: "Slow", cron: "0 4 * * *" });
  const answers = [];
  for (let i = 0; i < 5; i++) answers.push(await post("/schedules/s/run"));
  expect(answers.map(({ status, body }) => body.code ?? status)).toEqual([202, 202, 202, "SERVER_BUSY", "SERVER_BUSY"]);
  expect(server.host.driven).toBe(3);
  letGo();
});

test("unknown parameters are refused everywhere alike, but in links, to which programs for mail add some", async () => {
  const { ask, post, server } = await serve({ flows: [Hello] });
  const { body } = await post("/flows/Hello?wait=5");
  const { paths } = (await ask("/openapi.json")).body as { paths: Record<string, Record<string, object>> };
  await post("/schedules", { id: "s", flow: "Hello", cron: "0 4 * * *" });
  const names: Record<string, string> = { "/runs/{id}": body.id, "/schedules/{id}": "s", name: "Hello" };
  const found: Record<string, number> = {};
  for (const [path, methods] of Object.entries(paths)) {
    if (/\{id\}/.test(path) && !/^\/(?:runs|schedules)\//.test(path)) continue;
    const filled = path
      .replace(/^\/\w+\/\{id\}/, (start) => start.replace("{id}", names[start]!))
      .replace("{name}", "Hello");
    if (/chat|signals|links/.test(path)) continue;
    for (const method of Object.keys(methods)) {
      const { status } = await ask(`${filled}?limt=5`, { method: method.toUpperCase() });
      if (status !== 400) found[`${method} ${path}`] = status;
    }
  }
  expect(found).toEqual({});
  expect((await ask("/?limt=5")).status).toBe(400);
  expect((await ask("/links/a.b?utm_source=mail")).status).toBe(404);
  expect(server.serves("/flows")).toBe(true);
});

test("a name that is nearly that of a flow is told, to who may know of it", async () => {
  class Secret extends Flow {
    @start() tell() {}
  }
  const key = "somebodys-key-0123456789";
  const { ask } = await serve({ flows: [Hello, Secret], auth: { keys: [{ key, flows: ["Hello"] }] } });
  const headers = { authorization: `Bearer ${key}` };
  const hintAt = async (path: string) => (await ask(path, { headers })).body;
  expect(await hintAt("/flows/hello")).toMatchObject({ status: 404, hint: 'Did you mean "Hello"?' });
  expect(await hintAt("/runs?flow=Helo")).toMatchObject({ status: 404, hint: 'Did you mean "Hello"?' });
  expect(await hintAt("/flows/Secre")).toMatchObject({ status: 404, hint: "GET /flows lists those that are." });
  const { detail, ...secret } = await hintAt("/flows/Secret");
  const { detail: other, ...none } = await hintAt("/flows/Nobody");
  expect([secret, detail.replace("Secret", "Nobody")]).toEqual([none, other]);
});

test("who opens the server in a browser finds the page that tells what there is", async () => {
  const { url } = await serve({ flows });
  const response = await fetch(url);
  expect([response.url, response.status]).toEqual([`${url}/docs`, 200]);
  const below = await serve({ flows, basePath: "/api" });
  expect((await fetch(`${below.url}/api`)).url).toBe(`${below.url}/api/docs`);
});
