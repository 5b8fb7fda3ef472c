/** The server inside of frameworks, over real sockets: mounted anywhere, after bodies were read, with streams and clients that go. */
import { createServer as createHttpServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Controller, Get, type MiddlewareConsumer, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { Flow, start } from "millrace";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { createServer, keepServer, toFastifyHandler, toNextHandlers, toNodeHandler } from "../src/index.js";

class Hello extends Flow<typeof Hello> {
  static state = z.object({ name: z.string() });
  @start() greet() {
    return `Hello, ${this.state.name}`;
  }
}

class Ticks extends Flow {
  @start() async *tick() {
    for (let i = 0; i < 1000; i++) {
      yield `tick ${i}`;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

class Ask extends Flow {
  @start() count() {
    return this.ask("How many?", { schema: z.number() });
  }
}

async function flowServer(basePath = "") {
  const server = await createServer({ flows: [Hello, Ticks, Ask], basePath, recoverEvery: false, abortGrace: "50ms" });
  onTestFinished(() => server.close());
  return server;
}

async function listening(listener: RequestListener): Promise<string> {
  const http = createHttpServer(listener);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

/** By the framework's name: where the flows are, having a route of its own at `/own`. */
const hosts: Readonly<Record<string, () => Promise<string>>> = {
  "node:http": async () => {
    const handle = toNodeHandler(await flowServer("/api"));
    const url = await listening((incoming, outgoing) => void handle(incoming, outgoing, () => outgoing.end("own")));
    return `${url}/api`;
  },
  "express, at its root": async () => {
    const app = express()
      .use(toNodeHandler(await flowServer()))
      .get("/own", (_, answer) => void answer.send("own"));
    return listening(app);
  },
  "express, below a path": async () => {
    const app = express()
      .use(toNodeHandler(await flowServer("/api")))
      .get("/own", (_, answer) => void answer.send("own"));
    return `${await listening(app)}/api`;
  },
  "express, mounted, without a path of its own": async () => {
    const inner = express.Router().use("/flows-api", toNodeHandler(await flowServer()));
    const app = express().use("/v1", inner);
    app.get("/own", (_, answer) => void answer.send("own"));
    return `${await listening(app)}/v1/flows-api`;
  },
  "fastify, without a path of its own": async () => {
    const app = fastify({ forceCloseConnections: true });
    const handle = toFastifyHandler(flowServer());
    await app.register(async (below) => void below.all("/flows-api/*", handle), { prefix: "/v1" });
    app.get("/own", () => "own");
    onTestFinished(() => app.close());
    return `${await app.listen({ port: 0, host: "127.0.0.1" })}/v1/flows-api`;
  },
  "a route of Next.js": async () => {
    const handlers = toNextHandlers(() => flowServer());
    const next = getRequestListener(async (request) => {
      const { pathname } = new URL(request.url);
      if (!pathname.startsWith("/v1/api/")) return new Response("own");
      // as Next.js hands over `app/v1/api/[...path]/route.ts`
      const params = Promise.resolve({ path: pathname.split("/").slice(3).map(decodeURIComponent) });
      return handlers[request.method as "GET"](request, { params });
    });
    return `${await listening((incoming, outgoing) => void next(incoming, outgoing))}/v1/api`;
  },
  hono: async () => {
    const server = await flowServer("/api");
    const app = new Hono()
      .get("/own", (context) => context.text("own"))
      .all("/api/*", ({ req }) => server.fetch(req.raw));
    const listen = getRequestListener(app.fetch);
    return `${await listening((incoming, outgoing) => void listen(incoming, outgoing))}/api`;
  },
  "express, mounted, after express.json()": async () => {
    const app = express()
      .use(express.json(), express.urlencoded())
      .use("/api", toNodeHandler(flowServer("/api")));
    app.get("/own", (_, answer) => void answer.send("own"));
    return `${await listening(app)}/api`;
  },
  "NestJS, which reads bodies": async () => {
    class Own {
      get() {
        return "own";
      }
    }
    Get()(Own.prototype, "get", Object.getOwnPropertyDescriptor(Own.prototype, "get")!);
    Controller("own")(Own);
    const handle = toNodeHandler(await flowServer("/api"));
    class Root {
      configure(consumer: MiddlewareConsumer) {
        consumer.apply(handle).forRoutes("api/*path");
      }
    }
    Module({ controllers: [Own] })(Root);
    const app = await NestFactory.create(Root, { logger: false });
    await app.listen(0, "127.0.0.1");
    onTestFinished(() => app.close());
    return `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}/api`;
  },
  "NestJS, before it reads bodies": async () => {
    class Root {}
    Module({})(Root);
    const app = await NestFactory.create(Root, { logger: false });
    app.use(toNodeHandler(await flowServer("/api")));
    await app.listen(0, "127.0.0.1");
    onTestFinished(() => app.close());
    return `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}/api`;
  },
  fastify: async () => {
    const app = fastify({ forceCloseConnections: true });
    app.all("/api/*", toFastifyHandler(flowServer("/api")));
    app.get("/own", () => "own");
    onTestFinished(() => app.close());
    return `${await app.listen({ port: 0, host: "127.0.0.1" })}/api`;
  },
};

describe.each(Object.entries(hosts))("in %s", (name, host) => {
  test("flows are run, and what went wrong is told", async () => {
    const url = await host();
    const post = (body: string, headers = {}) =>
      fetch(`${url}/flows/Hello?wait=5`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
      });
    const done = await post('{"name":"Ada"}');
    expect([done.status, ((await done.json()) as { output: unknown }).output]).toEqual([200, "Hello, Ada"]);
    const at = new URL(done.headers.get("location")!, url);
    expect((await fetch(at)).status).toBe(200);
    const wrong = await post('{"name":5}');
    expect([wrong.status, ((await wrong.json()) as { code: unknown }).code]).toEqual([422, "RUN_INPUTS_INVALID"]);
    expect((await fetch(`${url}/flows`)).status).toBe(200);
    expect((await fetch(`${url}/flows/Nobody`)).status).toBe(404);
    const empty = await fetch(`${url}/flows/Ticks`, { method: "POST" });
    expect(empty.status).toBe(202);
  });

  test("all addresses that it tells lead to it", async () => {
    const url = await host();
    const get = async (address: string, init?: RequestInit) => {
      const response = await fetch(new URL(address, url), init);
      return { response, body: await response.text() };
    };
    const started = await get(`${url}/flows/Ask?wait=5`, { method: "POST" });
    expect((await get(started.response.headers.get("location")!)).response.status).toBe(200);
    const { questions } = JSON.parse((await get(`${url}/questions`)).body);
    const made = await get(`${url}/questions/${encodeURIComponent(questions[0].id)}/links`, { method: "POST" });
    const page = await get(JSON.parse(made.body).url, { headers: { accept: "text/html" } });
    expect([page.response.status, page.body]).toEqual([200, expect.stringContaining("How many?")]);
    const api = JSON.parse((await get(`${url}/openapi.json`)).body);
    expect(api.servers).toEqual([{ url: new URL(url).pathname }]);
    expect((await get(`${url}/docs`)).body).toContain("<title>Flows</title>");
    const headers = { "content-type": "application/json" };
    const stream = await get(`${url}/flows/Hello/stream`, { method: "POST", headers, body: '{"name":"Ada"}' });
    expect((await get(`${stream.response.headers.get("location")}/events`)).body).toContain("Hello, Ada");
    // where requests for the place itself come here at all
    if (!/^(?:node:http|express, (?:below|mounted))/.test(name)) return;
    const root = await fetch(url, { redirect: "manual" });
    expect([root.status, new URL(root.headers.get("location")!, url).href]).toEqual([302, `${url}/docs`]);
  });

  test("a stream comes as it is made, and a client that goes ends nothing but itself", async () => {
    const url = await host();
    const gone = new AbortController();
    const response = await fetch(`${url}/flows/Ticks/stream`, { method: "POST", signal: gone.signal });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const reader = response.body!.getReader();
    let text = "";
    while (!text.includes("tick 0")) text += new TextDecoder().decode((await reader.read()).value);
    gone.abort();
    const run = new URL(response.headers.get("location")!, url);
    expect(((await (await fetch(run)).json()) as { status: unknown }).status).toBe("running");
  });

  if (!name.includes("before"))
    test("what is not for it goes on to the framework", async () => {
      const url = await host();
      expect(await (await fetch(`${new URL(url).origin}/own`)).text()).toBe("own");
    });
});

test("form posts that a framework has parsed are no inputs", async () => {
  const url = await hosts["express, mounted, after express.json()"]!();
  const body = new URLSearchParams({ name: "Ada" });
  expect((await fetch(`${url}/flows/Hello`, { method: "POST", body })).status).toBe(415);
});

test("a route of Next.js is made of it, before the server is there", async () => {
  const { GET, POST } = toNextHandlers(flowServer("/api"));
  const headers = { "content-type": "application/json" };
  const request = new Request("http://localhost/api/flows/Hello?wait=5", {
    method: "POST",
    headers,
    body: '{"name":"Ada"}',
  });
  expect(((await (await POST(request)).json()) as { output: unknown }).output).toBe("Hello, Ada");
  expect((await GET(new Request("http://localhost/api/flows"))).status).toBe(200);
});

test("a server that can't be made is told to who asks", async () => {
  const broken = createServer({ flows: [Hello], basePath: "no path" });
  broken.catch(() => undefined);
  const url = await listening((incoming, outgoing) => void toNodeHandler(broken)(incoming, outgoing));
  const response = await fetch(`${url}/flows`);
  expect([response.status, ((await response.json()) as { code: unknown }).code]).toEqual([500, "INTERNAL"]);
  const app = express().use(toNodeHandler(broken));
  const told: express.ErrorRequestHandler = (...[error, , answer]) => void answer.status(599).send(error.code);
  // Express knows handlers of errors by their number of parameters
  app.use(Object.defineProperty(told, "length", { value: 4 }));
  expect(await (await fetch(`${await listening(app)}/flows`)).text()).toBe("SERVER_OPTION_INVALID");
});

test("a route that is loaded again leaves no server behind, and the new one has the new code", async () => {
  const made: string[] = [];
  const closed: string[] = [];
  const load = (name: string) =>
    toNextHandlers(async () => {
      made.push(name);
      const server = await flowServer();
      return { ...server, close: async () => void closed.push(name) };
    });
  const ask = async (handlers: ReturnType<typeof load>, place: string) => {
    const request = new Request(`http://localhost/${place}/flows`);
    return (await handlers.GET(request, { params: { path: ["flows"] } })).status;
  };
  const first = load("first");
  expect(made).toEqual([]);
  expect([await ask(first, "reloaded"), await ask(first, "reloaded")]).toEqual([200, 200]);
  expect(await ask(load("second"), "reloaded")).toBe(200);
  await Promise.resolve();
  expect([made, closed]).toEqual([["first", "second"], ["first"]]);
  // at another address it is another server
  expect(await ask(load("other"), "elsewhere")).toBe(200);
  expect(closed).toEqual(["first"]);
});

test("a server that could not be made is made by the next request", async () => {
  let tries = 0;
  const { GET } = toNextHandlers(() => {
    if (++tries === 1) throw new Error("no database yet");
    return flowServer();
  });
  const ask = () => GET(new Request("http://localhost/later/flows"), { params: { path: ["flows"] } });
  await expect(ask()).rejects.toThrow("no database yet");
  expect((await ask()).status).toBe(200);
});

test("one server for a key", async () => {
  const first = await keepServer("one", () => flowServer());
  const second = await keepServer("one", () => flowServer());
  expect([first.host.draining, second.host.draining]).toEqual([true, false]);
});
