/**
 * Every route under requests that make no sense: what is wrong with one is its sender's to know (never a 500), as a problem with a code of
 * the registry, and nothing of the inside is told. `ROUTE_FUZZ_RUNS` makes it longer.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqlitePersistence } from "@millrace/sqlite";
import fc from "fast-check";
import { approval, errorCodes, Flow, listen, router, signal, start } from "millrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { answerLinks } from "../src/http/index.js";
import { createServer, type FlowServer } from "../src/index.js";
import { Memo } from "./chat/chat-flows.js";
import { anyRequest, type Known, requestOf } from "./support/any-request.js";
import { routes } from "./support/known-routes.js";

const Go = signal("go", z.object({ n: z.number() }));

class Hello extends Flow<typeof Hello> {
  static state = z.object({ name: z.string(), at: z.date().default(new Date(0)) });
  @start() greet() {
    return `Hello, ${this.state.name}`;
  }
}
class Broken extends Flow {
  @start() charge() {
    throw new Error("password=hunter2");
  }
}
class Waiting extends Flow<typeof Waiting> {
  static state = z.object({ n: z.number().default(0) });
  @start() async count() {
    return this.ask("How many?", { schema: z.number() });
  }
  @router("count", { routes: ["yes", "no"] }) review(n: number) {
    return approval(n, { message: "Good?", outcomes: ["yes", "no"], schema: z.object({ note: z.string() }) });
  }
  @listen(Go) went({ n }: { n: number }) {
    this.state.n = n;
  }
}

const runs = Number(process.env.ROUTE_FUZZ_RUNS ?? 400);
const secrets = {
  all: "the-key-of-all-0123456789",
  ada: "the-key-of-ada-0123456789",
  bob: "the-key-of-bob-0123456789",
  links: "the-key-of-links-0123456789",
};
let folder: string;
let persistence: SqlitePersistence;
const servers: FlowServer[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "routes-"));
  persistence = new SqlitePersistence(join(folder, "secret-place.db"));
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await persistence.close();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(options: object): Promise<{ server: FlowServer; known: Known }> {
  const server = await createServer({
    flows: [Hello, Broken, Waiting, Memo],
    persistence,
    recoverEvery: false,
    limits: { wait: "20ms" },
    links: { secret: secrets.links },
    ...options,
  });
  servers.push(server);
  const waiting = server.host.flows.get("Waiting")!.flow;
  const { id } = await waiting.kickoff({});
  const hello = await server.host.flows.get("Hello")!.flow.kickoff({ name: "Ada" } as object);
  const broken = await server.host.flows
    .get("Broken")!
    .flow.kickoff({})
    .catch((error) => error);
  const { questions } = await waiting.runs.questions({ runId: id });
  const tokens = questions.map(({ id: question, askedAt }) =>
    answerLinks({ secret: secrets.links }).token({ question, askedAt, until: Date.now() + 3_600_000 }),
  );
  return {
    server,
    known: {
      routes,
      names: {
        flow: ["Hello", "Broken", "Waiting", "Memo", "None"],
        run: [id, hello.id, broken.runId!],
        question: questions.map(({ id: question }) => question),
        signal: ["go", "go", "stop"],
        token: [...tokens, "a.b.c", "eyJhbGciOiJub25lIn0.e30."],
        chat: ["c1", "c2", "c3"],
        schedule: ["nightly", "nightly", "daily"],
      },
      keys: Object.values(secrets),
    },
  };
}

const inside = [/\n\s+at .+:\d+:\d+/, /node_modules/, /secret-place/, /hunter2/, /the-key-of/, /packages\/server/];
/** Operators may know what steps have thrown. */
const forOperators = inside.filter((told) => !told.test("hunter2"));

/** What is wrong with how a request was answered. */
async function complaint(request: Request, response: Response): Promise<string | undefined> {
  const type = response.headers.get("content-type") ?? "";
  const text = await bodyOf(response, type);
  const asked = decodeURI(encodeURI(request.url));
  const isOperator = request.headers.get("authorization") === `Bearer ${secrets.all}`;
  for (const told of isOperator ? forOperators : inside)
    if (told.test(text) && !told.test(asked)) return `tells ${told}: ${text.slice(0, 500)}`;
  if (response.status >= 500) return `${response.status}: ${text.slice(0, 500)}`;
  if (request.method === "HEAD" || response.status < 400) return undefined;
  // links are opened by people, who are answered a page
  if (/\/links\//.test(request.url) && type.startsWith("text/html")) return undefined;
  if (type !== "application/problem+json") return `${response.status} of type "${type}"`;
  const problem = JSON.parse(text) as { code: string; status: number; detail: string; title: string };
  if (!Object.hasOwn(errorCodes, problem.code)) return `unknown code ${problem.code}`;
  if (problem.status !== response.status || !problem.detail || !problem.title) return `no problem: ${text}`;
  return undefined;
}

/** Nothing that is asked here takes long. */
function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("there was no answer")), 30_000);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** All of it, or of a stream its beginning. */
async function bodyOf(response: Response, type: string): Promise<string> {
  if (!type.startsWith("text/event-stream")) return response.text();
  const reader = response.body?.getReader();
  let text = "";
  const read = async () => {
    for (let i = 0; reader && i < 2; i++) text += new TextDecoder().decode((await reader.read()).value);
  };
  // there may be nothing to tell but when to come back
  await Promise.race([read(), new Promise((resolve) => setTimeout(resolve, 20))]);
  await reader?.cancel();
  return text;
}

async function fuzz(server: FlowServer, known: Known): Promise<void> {
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => unheard.push(reason);
  process.on("unhandledRejection", hear);
  await fc.assert(
    fc.asyncProperty(anyRequest(known), async (made) => {
      const request = requestOf(made);
      if (!request) return;
      const response = await inTime(server.fetch(request.clone()));
      expect(await inTime(complaint(request, response))).toBeUndefined();
    }),
    { numRuns: runs },
  );
  process.off("unhandledRejection", hear);
  expect(unheard).toEqual([]);
  expect((await server.fetch(new Request("http://localhost/flows"))).status).toBeLessThan(500);
}

test("no request makes the server fail, or tell what is inside", { timeout: 600_000 }, async () => {
  const { server, known } = await serve({});
  await fuzz(server, known);
});

test("nor with keys, right ones and wrong ones", { timeout: 600_000 }, async () => {
  const { server, known } = await serve({
    auth: {
      keys: [
        secrets.all,
        { key: secrets.ada, subject: "ada" },
        { key: secrets.bob, subject: "bob", flows: { Hello: ["read"], "*": ["run", "answer"] } },
      ],
    },
  });
  await fuzz(server, known);
});

test("nor do bytes that are no request", { timeout: 600_000 }, async () => {
  const { server } = await serve({});
  const { port } = await server.listen({ port: 0 });
  const line = fc.constantFrom(
    ...[
      "GET / HTTP/1.1",
      "GET /flows HTTP/1.0",
      "POST /flows/Hello HTTP/1.1",
      "GET http://x/ HTTP/1.1",
      "TRACE / HTTP/1.1",
    ],
    ...[
      "CONNECT x:1 HTTP/1.1",
      "GET /%00 HTTP/1.1",
      "GET //// HTTP/1.1",
      "Host: x",
      "Host: ]",
      "Content-Length: 5",
      "\u0000",
    ],
    ...[
      "Transfer-Encoding: chunked",
      "Content-Length: -1",
      `X: ${"y".repeat(20_000)}`,
      "Connection: upgrade",
      "",
      "",
      "{}",
    ],
    ...["Upgrade: websocket", "Expect: 100-continue", "5\r\nhello", "zz", "GET * HTTP/1.1", "OPTIONS * HTTP/1.1"],
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(line, fc.string({ maxLength: 20 })), { maxLength: 8 }), async (lines) => {
      const text = await said(port, `${lines.join("\r\n")}\r\n\r\n`);
      if (text !== "") expect(text).toMatch(/^HTTP\/1\.1 [1-4]\d\d |^HTTP\/1\.1 50[15] /);
      for (const told of inside) expect(text).not.toMatch(told);
    }),
    { numRuns: Math.ceil(runs / 4) },
  );
  expect((await fetch(`http://127.0.0.1:${port}/flows`)).status).toBe(200);
});

/** What the server says to these bytes, until it or the client is done. */
function said(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = createConnection(port, "127.0.0.1", () => socket.end(bytes));
    socket.on("data", (data) => (text += data));
    socket.on("error", () => resolve(text));
    socket.on("close", () => resolve(text));
    setTimeout(() => socket.destroy(), 300).unref();
  });
}
