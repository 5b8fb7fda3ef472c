/** The server inside of frameworks, over real sockets: mounted anywhere, after bodies were read, with streams and clients that go. */
import { createServer as createHttpServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { Controller, Get, type MiddlewareConsumer, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import express from "express";
import fastify from "fastify";
import { Flow, start } from "millrace";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { createServer, toFastifyHandler, toNextHandlers, toNodeHandler } from "../src/index.js";

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

async function flowServer(basePath = "") {
  const server = await createServer({ flows: [Hello, Ticks], basePath, recoverEvery: false, abortGrace: "50ms" });
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
