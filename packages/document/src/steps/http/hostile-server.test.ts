/** Servers that answer what no server should: a failure with a code, soon, in bounded memory. */

import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { failure, runStep } from "../testing/run-step.js";
import { http } from "./http.js";

const loose = { ...http, config: http.config.extend({ url: z.unknown() as never }) };
let server: Server | undefined;
const sockets = new Set<Socket>();
let requests: string[] = [];

/** What is sent for each request, byte by byte as it stands. */
async function serving(answer: (socket: Socket, request: string) => void): Promise<string> {
  requests = [];
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      requests.push(String(chunk));
      answer(socket, String(chunk));
    });
  });
  await new Promise<void>((done) => server!.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.close();
});

const head = (more = "", status = "200 OK") => `HTTP/1.1 ${status}\r\n${more}`;
const whole = (body: string, more = "") => head(`${more}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
const refusal = (url: string, config: object = {}) => failure(loose, { url, allowPrivate: true, ...config });
const request = (url: string, config: object = {}) => runStep(loose, { url, allowPrivate: true, ...config });

describe("what does not end", () => {
  const drip = (socket: Socket, text: string, first = "") => {
    socket.write(first);
    const timer = setInterval(() => socket.write(text), 20);
    socket.on("close", () => clearInterval(timer));
  };
  test.each<[string, (socket: Socket) => void]>([
    ["a body of a byte now and then", (socket) => drip(socket, "x", head("\r\n"))],
    ["headers that go on", (socket) => drip(socket, "a: b\r\n", head())],
    ["a header that goes on", (socket) => drip(socket, "b", head("a: "))],
    ["half a status line", (socket) => void socket.write("HTTP/1.1 2")],
    ["less than was said", (socket) => void socket.write(head("content-length: 100\r\n\r\nfew"))],
    ["a chunk that does not come", (socket) => void socket.write(head("transfer-encoding: chunked\r\n\r\nff\r\nx"))],
    ["answers that are none yet", (socket) => drip(socket, "HTTP/1.1 102 Processing\r\n\r\n")],
  ])("%s", async (...[, answer]) => {
    const error = await refusal(await serving(answer), { requestTimeout: 300 });
    expect(error).toMatchObject({ code: "STEP_HTTP_FAILED", retryable: true });
    expect(error.message).toMatch(/no answer within 300 ms/);
  });
  test.each(["0.5ms", "2000h"])("a limit of %s", async (requestTimeout) => {
    const url = await serving((socket) => void socket.write(whole("x")));
    const made = await request(url, { requestTimeout }).catch((error) => error);
    if (requestTimeout === "2000h") expect(made).toBe("x");
    else expect(made).toMatchObject({ code: "STEP_HTTP_FAILED" });
  });
});

describe("what is too large", () => {
  const zeros = Buffer.alloc(50_000_000);
  const gzip = gzipSync(zeros);
  test.each<[string, string, Buffer]>([
    ["gzip", "gzip", gzip],
    ["gzip in gzip", "gzip, gzip", gzipSync(gzip)],
    ["deflate", "deflate", deflateSync(zeros)],
    ["br", "br", brotliCompressSync(zeros)],
    ["br in gzip", "br, gzip", gzipSync(brotliCompressSync(zeros))],
  ])("a bomb of %s", async (...[, coding, body]) => {
    const url = await serving((socket) => {
      socket.write(head(`content-encoding: ${coding}\r\ncontent-length: ${body.length}\r\n\r\n`));
      socket.write(body);
    });
    const error = await refusal(url, { maxBytes: 100_000 });
    expect(error).toMatchObject({ code: "STEP_HTTP_FAILED", retryable: false });
    expect(error.message).toMatch(/larger than 100000 bytes/);
  });
  test("what says so itself is not begun", async () => {
    const url = await serving((socket) => void socket.write(head("content-length: 5000000\r\n\r\n")));
    expect((await refusal(url, { maxBytes: 100 })).message).toMatch(/larger than 100 bytes/);
  });
  test.each<[string, string]>([
    ["a header of a megabyte", `a: ${"b".repeat(1_000_000)}\r\n`],
    ["1,000 headers", Array.from({ length: 1000 }, (_, i) => `a-${i}: ${"b".repeat(30)}\r\n`).join("")],
    ["a place of a megabyte", `location: /${"b".repeat(1_000_000)}\r\n`],
  ])("%s", async (...[, headers]) => {
    const url = await serving((socket) => void socket.write(`${head(headers, "302 Found")}\r\n`));
    const error = await refusal(url);
    expect(error).toMatchObject({ code: "STEP_HTTP_FAILED", retryable: false });
    expect(error.message).toMatch(/headers are larger than 16 KB/);
  });
  test("a long place is cut in messages", async () => {
    const url = await serving((socket) => void socket.write(head("content-length: 0\r\n\r\n", "404 Not Found")));
    expect((await refusal(`${url}/${"a".repeat(8000)}`)).message.length).toBeLessThan(400);
  });
  test("a body in chunks of a byte", async () => {
    const bytes = "1\r\nx\r\n".repeat(200_000);
    const url = await serving(
      (socket) => void socket.write(`${head("transfer-encoding: chunked\r\n\r\n")}${bytes}0\r\n\r\n`),
    );
    expect(await request(url)).toBe("x".repeat(200_000));
    expect((await refusal(url, { maxBytes: 199_999 })).message).toMatch(/larger than 199999 bytes/);
    expect(await request(url, { maxBytes: 200_000 })).toHaveLength(200_000);
  });
  test("too many codings, and one that is broken", async () => {
    const many = await serving(
      (socket) =>
        void socket.write(head(`content-encoding: ${"gzip, ".repeat(20)}gzip\r\ncontent-length: 4\r\n\r\nabcd`)),
    );
    expect(await refusal(many)).toMatchObject({ code: "STEP_HTTP_FAILED" });
    const broken = await serving((socket) => void socket.write(whole("no gzip", "content-encoding: gzip\r\n")));
    expect(await refusal(broken)).toMatchObject({ code: "STEP_HTTP_FAILED" });
  });
});

describe("what is no answer", () => {
  test.each<[string, string]>([
    ["garbage", "\x00\xff garbage \r\n\r\n"],
    ["two lengths", head("content-length: 1\r\ncontent-length: 2\r\n\r\nxx")],
    ["a length and chunks", head("content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")],
    ["a length that is none", head("content-length: -5\r\n\r\n")],
    ["a header with a zero", head("a: b\x00c\r\n\r\n")],
    ["a chunk's length that is none", head("transfer-encoding: chunked\r\n\r\nzz\r\n")],
    ["an upgrade", head("connection: upgrade\r\nupgrade: x\r\n\r\n", "101 Switching Protocols")],
  ])("%s", async (...[, text]) => {
    const error = await refusal(await serving((socket) => void socket.end(text, "latin1")), { requestTimeout: 2000 });
    expect(error.code).toBe("STEP_HTTP_FAILED");
    expect(error.message).not.toMatch(/undici|HPE_|stack/);
    expect(error.message.length).toBeLessThan(300);
  });
  test("cut in the body", async () => {
    const url = await serving((socket) => void socket.end(head("content-length: 100\r\n\r\nfew")));
    expect(await refusal(url)).toMatchObject({ code: "STEP_HTTP_FAILED", retryable: true });
  });
  test("204 with a body; what is sent unasked is nobody's answer", async () => {
    const url = await serving((socket) => void socket.write(head("content-length: 4\r\n\r\nbody", "204 No Content")));
    expect(await request(url)).toBe("");
    const twice = await serving((socket) => void socket.write(whole("first") + whole("unasked")));
    for (let i = 0; i < 3; i++) expect(await request(twice)).toBe("first");
  });
  test("bytes that are no text of JSON; characters that nobody knows", async () => {
    const bad = Buffer.concat([
      Buffer.from(head("content-type: application/json\r\ncontent-length: 3\r\n\r\n")),
      Buffer.from([0x22, 0xff, 0x22]),
    ]);
    const error = await refusal(await serving((socket) => void socket.write(bad)));
    expect(error).toMatchObject({ code: "STEP_HTTP_FAILED", retryable: false });
    expect(error.message).toMatch(/no text of utf-8/);
    const unknown = await serving(
      (socket) => void socket.write(whole("x", "content-type: text/plain; charset=nobody\r\n")),
    );
    expect(await request(unknown)).toBe("x");
  });
  test("names of JavaScript's own among headers", async () => {
    const url = await serving(
      (socket) =>
        void socket.write(whole("x", "__proto__: a\r\nconstructor: b\r\nset-cookie: s3\r\nproxy-authenticate: s3\r\n")),
    );
    const made = (await request(url, { result: "response" })) as { headers: object };
    expect(JSON.stringify(made)).not.toContain("s3");
  });
  test("JSON that is very deep", async () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const url = await serving((socket) => void socket.write(whole(deep, "content-type: application/json\r\n")));
    const error = await refusal(url);
    expect(error.code).toBe("STATE_NOT_SERIALIZABLE");
    expect(error.message.length).toBeLessThan(500);
  });
});

describe("where it is sent on to", () => {
  test.each([
    ["file:///etc/passwd", "STEP_HTTP_REFUSED"],
    ["data:text/plain,x", "STEP_HTTP_REFUSED"],
    ["http://user:s3@127.0.0.1:9/", "STEP_HTTP_REFUSED"],
    ["http://", "STEP_HTTP_FAILED"],
    ["//[::1", "STEP_HTTP_FAILED"],
  ])("%s", async (location, code) => {
    const url = await serving(
      (socket) => void socket.write(head(`location: ${location}\r\ncontent-length: 0\r\n\r\n`, "302 Found")),
    );
    const error = await refusal(url);
    expect(error.code).toBe(code);
    expect(error.message).not.toContain("s3");
  });

  test("in a circle: no further than was said, and not again", async () => {
    const url = await serving(
      (socket) => void socket.write(head("location: /\r\ncontent-length: 0\r\n\r\n", "302 Found")),
    );
    expect(await refusal(url, { redirects: 3 })).toMatchObject({ code: "STEP_HTTP_FAILED", retryable: false });
    expect(requests).toHaveLength(4);
  });

  test("a connection's service in a private network says nothing of its neighbours", async () => {
    const url = await serving(
      (socket) => void socket.write(head("location: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n", "302 Found")),
    );
    const connections = { api: { type: "http", baseUrl: url, allowPrivate: true } };
    const error = await failure(loose, { url: "x", connection: "api" }, { connections });
    expect(error.code).toBe("STEP_HTTP_REFUSED");
  });
});

test.each(["s3\nx: y", "s3 \u{1f600}", "s3\0"])("a secret that no header can hold is not told: %j", async (secret) => {
  const url = await serving((socket) => void socket.write(whole("x")));
  for (const auth of [{ bearer: secret }, { header: { name: "x-key", value: secret } }]) {
    const connections = { api: { type: "http", baseUrl: url, allowPrivate: true, auth } };
    const error = await failure(loose, { url: "x", connection: "api" }, { connections });
    expect(error).toMatchObject({ code: "STEP_HTTP_REFUSED", retryable: false });
    expect(JSON.stringify([error.message, error.hint, error.details, String(error.cause)])).not.toContain("s3");
  }
  expect(requests).toEqual([]);
});
