import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { failure, problemsOf, runStep } from "../testing/run-step.js";
import { http } from "./http.js";

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

let seen: Seen[] = [];
let answer: (request: Seen, response: ServerResponse) => void;
const serve = () =>
  createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      const one = { method: request.method!, url: request.url!, headers: request.headers, body };
      seen.push(one);
      answer(one, response);
    });
  });
const server = serve();
const other = serve();
let base: string;
let elsewhere: string;

beforeAll(async () => {
  for (const one of [server, other]) await new Promise<void>((done) => one.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
});
afterAll(() => {
  for (const one of [server, other]) {
    one.closeAllConnections();
    one.close();
  }
});
beforeEach(() => {
  seen = [];
  answer = (_request, response) => response.setHeader("content-type", "application/json").end('{"ok":"1"}');
});

/** As the loader hands it over: the URL in parts. */
const local = (config: object) => ({
  ...http,
  config: http.config.extend({ url: z.unknown() as never }),
  allow: config,
});
const request = (config: object, given?: object) =>
  runStep(local(config), { url: `${base}/`, allowPrivate: true, ...config }, given);
const refusal = (config: object, given?: object) =>
  failure(local(config), { url: `${base}/`, allowPrivate: true, ...config }, given);

describe("what is sent", () => {
  test("a GET, its values encoded", async () => {
    const url = [`${base}/users/`, "a/b?c#d", "/x"];
    expect(
      await request({ url, query: { q: "1 & 2", tags: ["x", "y"], none: null }, headers: { "X-Own": 7 } }),
    ).toEqual({ ok: "1" });
    expect(seen[0]).toMatchObject({ method: "GET", url: "/users/a%2Fb%3Fc%23d/x?q=1+%26+2&tags=x&tags=y" });
    expect(seen[0]!.headers).toMatchObject({ "x-own": "7" });
    expect(seen[0]!.headers).not.toHaveProperty("idempotency-key");
  });

  test("a value alone is the URL", async () => {
    await request({ url: ["", `${base}/whole?a=1`, ""] });
    expect(seen[0]!.url).toBe("/whole?a=1");
  });

  test.each([
    [{ json: { a: 1 } }, "application/json", '{"a":1}'],
    [{ text: "words" }, "text/plain; charset=utf-8", "words"],
    [{ form: { a: "1 2", b: ["x", "y"] } }, "application/x-www-form-urlencoded", "a=1+2&b=x&b=y"],
    [{ text: "<a/>", headers: { "Content-Type": "application/xml" } }, "application/xml", "<a/>"],
  ])("%j is a POST with a key that stays the same", async (config, type, body) => {
    await request(config, { id: "run-1" });
    expect(seen[0]).toMatchObject({ method: "POST", body });
    expect(seen[0]!.headers["content-type"]).toBe(type);
    expect(seen[0]!.headers["idempotency-key"]).toBe("run-1:step:1");
  });

  test.each([
    [{ bearer: "s3" }, { authorization: "Bearer s3" }, "/v1/me"],
    [{ basic: { user: "u", password: "p" } }, { authorization: "Basic dTpw" }, "/v1/me"],
    [{ header: { name: "X-Key", value: "s3" } }, { "x-key": "s3" }, "/v1/me"],
    [{ query: { name: "key", value: "s3" } }, {}, "/v1/me?key=s3"],
  ])("a connection with %j", async (auth, headers, url) => {
    const connections = { api: { type: "http", baseUrl: `${base}/v1`, allowPrivate: true, auth } };
    await request({ url: "/me", connection: "api", allowPrivate: false }, { connections });
    expect(seen[0]!.headers).toMatchObject(headers);
    expect(seen[0]!.url).toBe(url);
  });

  test("what belongs to a connection goes to its host only", async () => {
    const connections = { api: { type: "http", baseUrl: `${base}/v1/`, allowPrivate: true, auth: { bearer: "s3" } } };
    for (const url of [["", `${elsewhere}/x`], ["", "//evil.example/x"], ["../admin"], ["", "http://evil.example"]]) {
      const error = await refusal({ url, connection: "api" }, { connections }).catch((value) => value);
      if (error.code) expect(error.code).toBe("STEP_HTTP_REFUSED");
    }
    expect(seen.every(({ url }) => url.startsWith("/v1/"))).toBe(true);
    const dots = await refusal({ url: ["users/", "..", "/x"], connection: "api" }, { connections });
    expect(dots.message).toMatch(/would lead elsewhere/);
  });
});

describe("what comes back", () => {
  test("JSON of a type; text; bytes; the whole answer", async () => {
    expect(await request({ as: z.strictObject({ ok: z.int() }) })).toEqual({ ok: 1 });
    expect(await request({ read: "text" })).toBe('{"ok":"1"}');
    expect(await request({ read: "bytes" })).toEqual(new TextEncoder().encode('{"ok":"1"}'));
    answer = (_request, response) => response.writeHead(404, { "set-cookie": "a=1" }).end("gone");
    const whole = await request({ expect: [200, 404], result: "response" });
    expect(whole).toMatchObject({ status: 404, body: "gone" });
    expect(whole).not.toHaveProperty("headers.set-cookie");
  });

  test("nothing, and other characters", async () => {
    answer = (_request, response) => response.writeHead(204).end();
    expect(await request({ method: "DELETE" })).toBe("");
    answer = (_request, response) =>
      response.writeHead(200, { "content-type": "text/plain; charset=latin1" }).end(Buffer.from([0xe9]));
    expect(await request({})).toBe("é");
  });

  test.each([
    [404, false],
    [429, true],
    [503, true],
  ])("%i is a failure; that it may be tried again: %s", async (status, retryable) => {
    answer = (_request, response) => response.writeHead(status).end("the reason");
    const error = await refusal({ url: `${base}/x?secret=1` });
    expect(error).toMatchObject({ code: "STEP_HTTP_STATUS", retryable, details: { status, body: "the reason" } });
    expect(error.message).toBe(`GET ${base}/x was answered with ${status}.`);
    expect(http.retryIf!(error)).toBe(retryable);
  });

  test.each<[string, (response: ServerResponse) => void, object, RegExp]>([
    [
      "no JSON",
      (response: ServerResponse) => response.setHeader("content-type", "application/json").end("<html>"),
      {},
      /is no JSON/,
    ],
    [
      "too much",
      (response: ServerResponse) => response.end("x".repeat(100_000)),
      { maxBytes: 1000 },
      /larger than 1000/,
    ],
    [
      "a small answer that grows",
      (response: ServerResponse) =>
        response.setHeader("content-encoding", "gzip").end(gzipSync(Buffer.alloc(5_000_000))),
      { maxBytes: 100_000 },
      /larger than/,
    ],
    ["silence", () => {}, { requestTimeout: 50 }, /no answer within 50 ms/],
    ["a connection that breaks", (response: ServerResponse) => response.destroy(), {}, /GET http/],
  ])("%s", async (...[, respond, config, message]) => {
    answer = (_request, response) => respond(response);
    const error = await refusal(config);
    expect(error.code).toBe("STEP_HTTP_FAILED");
    expect(error.message).toMatch(message);
  });

  test("nobody there", async () => {
    const error = await refusal({ url: "http://127.0.0.1:9/" });
    expect(error).toMatchObject({ code: "STEP_HTTP_FAILED", retryable: true });
  });
});

describe("where it may go", () => {
  test.each([
    "http://127.0.0.1:1/",
    "http://localhost:8642/",
    "http://[::1]:1/",
    "http://169.254.169.254/",
    "http://2130706433/",
  ])("%s is private", async (url) => {
    expect((await failure(http, { url })).code).toBe("STEP_HTTP_REFUSED");
  });

  test.each(["file:///etc/passwd", "ftp://example.com/", "http://user:secret@example.com/", "nowhere"])(
    "%s is no address",
    async (url) => {
      const error = await failure(http, { url });
      expect(error.code).toBe("STEP_HTTP_REFUSED");
      expect(error.message).not.toContain("secret");
    },
  );

  test("redirects are followed, and counted", async () => {
    answer = ({ url }, response) =>
      url === "/end" ? response.end("here") : response.writeHead(302, { location: "/end" }).end();
    expect(await request({})).toBe("here");
    answer = (_request, response) => response.writeHead(302, { location: "/again" }).end();
    expect((await refusal({ redirects: 2 })).message).toMatch(/more than 2 times/);
    expect(await request({ redirects: 0, expect: [302], result: "response" })).toMatchObject({ status: 302 });
  });

  test("a redirect to another host has nothing of the connection, nor a body", async () => {
    answer = ({ url }, response) =>
      url === "/end" ? response.end("here") : response.writeHead(307, { location: `${elsewhere}/end` }).end();
    const connections = { api: { type: "http", baseUrl: base, allowPrivate: true, auth: { bearer: "s3" } } };
    await request({ url: "x", connection: "api", headers: { "x-own": "1" } }, { connections });
    expect(seen[1]!.headers).not.toHaveProperty("authorization");
    expect(seen[1]!.headers).not.toHaveProperty("x-own");
    expect((await refusal({ json: { a: 1 } })).code).toBe("STEP_HTTP_REFUSED");
  });

  test("a header can't begin another", async () => {
    expect((await refusal({ headers: { "x-a": "1\r\nx-b: 2" } })).message).toMatch(/line break/);
  });
});

test("what makes no sense is told at load", () => {
  expect(problemsOf(http, { url: "https://a.example", json: 1, form: {} })).toMatchObject([{ path: ["form"] }]);
  expect(problemsOf(http, { url: "https://a.example", method: "GET", json: 1 })).toMatchObject([{ path: ["json"] }]);
  expect(problemsOf(http, { url: "users/1" })).toMatchObject([{ path: ["url"] }]);
  const connections = new Map([
    ["api", { type: "http" }],
    ["db", { type: "sqlite" }],
  ]);
  expect(problemsOf(http, { url: "x", connection: "apy" }, { connections })).toMatchObject([
    { path: ["connection"], nearest: "api", allowed: ["api"] },
  ]);
  expect(problemsOf(http, { url: "x", connection: "db" }, { connections })).toMatchObject([
    { path: ["connection"], allowed: ["api"] },
  ]);
});
