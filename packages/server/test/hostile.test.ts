/** What nobody who means well sends: it is refused, or understood as it stands, and tells nothing. */
import { connect } from "node:net";
import { Flow, start } from "millrace";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { serve } from "./serve.js";

class Hello extends Flow<typeof Hello> {
  static inputs = z.object({ name: z.string(), more: z.unknown().optional() });
  @start() greet(inputs: { name: string; more?: unknown }) {
    return inputs;
  }
}
class Constructor extends Flow {
  static flowName = "constructor";
  @start() go() {
    return 1;
  }
}
const flows = [Hello, Constructor];
vi.setConfig({ testTimeout: 120_000 });

/** Written as it stands to a socket; answers what comes back. */
function raw(url: string, text: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(text));
    socket.setTimeout(60_000, () => socket.destroy());
    socket.on("data", (data) => {
      answer += data;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

test.each([
  ["an encoded slash", "/flows/a%2Fb", 404],
  ["a way upward", "/flows/..%2f..%2fetc%2fpasswd", 404],
  ["a broken escape", "/flows/%zz", 404],
  ["half a letter", "/runs/%ff", 404],
  ["a zero byte", "/runs/%00", 404],
  ["a name of objects", "/flows/__proto__", 404],
  ["another one", "/flows/toString", 404],
  ["two slashes", "//flows", 404],
  ["a very long id", `/runs/${"a".repeat(5000)}`, 404],
  ["a very long question", `/questions/${"a".repeat(5000)}`, 409],
  ["another drawing", "/flows/Hello/graph?format=__proto__", 400],
  ["a cursor of another kind", "/runs?cursor=1.1.1", 400],
  ["a huge number", "/runs?limit=99999999999999999999", 400],
  ["a parameter twice", "/runs?limit=1&limit=2", 400],
])("%s is answered without a word too much", async (...[, path, status]) => {
  const { ask } = await serve({ flows });
  const { body, ...found } = await ask(path);
  expect([found.status, found.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.[jt]s\b|at \w+ \(/);
});

test.each(["9007199254740993", "-12345678901234567890", "1e999", "-2E+400", `1${"0".repeat(100_000)}`])(
  "a number that would become another one is refused: %.30s",
  async (number) => {
    const { ask } = await serve({ flows });
    const send = (body: string) =>
      ask("/flows/Hello?wait=5", { method: "POST", body, headers: { "content-type": "application/json" } });
    const refused = await send(`{ "name": "x", "more": [${number}] }`);
    expect(refused).toMatchObject({ status: 400, body: { code: "SERVER_BODY_INVALID" } });
    expect(refused.body.detail.length).toBeLessThan(150);
    expect(await send(`{ "name": "${number}" }`)).toMatchObject({ status: 200, body: { output: { name: number } } });
  },
);

test.each([
  "9007199254740992",
  "-9007199254740991",
  "1e21",
  "1000000000000000000000",
  "0.1234567890123456789",
  "1E-400",
])("a number that stays what it is, or the nearest to it, is taken: %s", async (number) => {
  const { ask } = await serve({ flows });
  const init = { method: "POST", headers: { "content-type": "application/json" } };
  const { body } = await ask("/flows/Hello?wait=5", { ...init, body: `{ "name": "x", "more": ${number} }` });
  expect(body.output.more).toBe(Number(number));
});

test("a flow may be named like a member of objects", async () => {
  const { ask, post } = await serve({ flows });
  expect((await post("/flows/constructor?wait=5")).body.output).toBe(1);
  expect((await ask("/openapi.json")).status).toBe(200);
});

test("what a body holds stays what it is", async () => {
  const { post } = await serve({ flows });
  const more = {
    constructor: { prototype: { polluted: true } },
    hasOwnProperty: 1,
    "\u0000": "\ud83d\ude00",
    toJSON: "y",
  };
  const { body } = await post("/flows/Hello?wait=5", { name: "x", more });
  expect(body.output.more).toEqual(more);
  expect(({} as Record<string, unknown>).polluted).toBe(undefined);
  expect((await post("/flows/Hello?wait=5", [])).body.code).toBe("RUN_INPUTS_INVALID");
  for (const text of ["null", "1", '"x"']) expect((await post("/flows/Hello?wait=5", text)).status).toBe(422);
});

test.each([
  [
    "bytes that are no UTF-8",
    Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    400,
  ],
  ["half a body", Buffer.from('{"name":"x'), 400],
  ["ten thousand brackets", Buffer.from("[".repeat(10_000)), 400],
  ["a string without an end", Buffer.from('{"name":"\\'), 400],
  ["more than it may", Buffer.alloc(2_000_000, 32), 413],
])("%s: refused", async (...[, body, status]) => {
  const { ask } = await serve({ flows });
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: new Uint8Array(body) };
  expect((await ask("/flows/Hello", init)).status).toBe(status);
});

test.each([
  ["text/plain"],
  ["application/x-www-form-urlencoded"],
  ["multipart/form-data; boundary=x"],
  ["application/json; charset=latin1"],
  ["application/jsonp"],
])("a body of type %s is not read", async (type) => {
  const { post } = await serve({ flows });
  expect((await post("/flows/Hello", '{"name":"x"}', { "content-type": type })).status).toBe(415);
});

test("what comes without its length is measured as it comes", async () => {
  const { url } = await serve({ flows, limits: { bodyBytes: 1000 } });
  const chunk = `${(600).toString(16)}\r\n${" ".repeat(600)}\r\n`;
  const head =
    "POST /flows/Hello HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
  expect(await raw(url, `${head}${chunk}${chunk}${chunk}0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
});

test("what is no HTTP, and headers without end, are answered as problems", async () => {
  const { url } = await serve({ flows });
  const garbage = await raw(url, "\u0016\u0003\u0001 hello\r\n\r\n");
  expect(garbage).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*content-type: application\/problem\+json\r\n/s);
  const long = await raw(url, `GET /flows HTTP/1.1\r\nhost: localhost\r\ncookie: ${"a".repeat(20_000)}\r\n\r\n`);
  expect(long).toMatch(/^HTTP\/1\.1 431 /);
  expect(long).toContain('"code":"SERVER_HEADERS_TOO_LARGE"');
  const host = await raw(url, "GET /flows HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n");
  expect(host).toMatch(/^HTTP\/1\.1 400 /);
});

test("two lengths, or two ways to tell where a body ends, are refused", async () => {
  const { url } = await serve({ flows });
  const smuggled =
    "POST /flows/Hello HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n";
  expect(await raw(url, smuggled)).toMatch(/^HTTP\/1\.1 400 /);
});

test.each([
  [{ origin: "https://evil.example" }, 403],
  [{ origin: "null" }, 403],
  [{ origin: "https://evil.example", "sec-fetch-site": "cross-site" }, 403],
  [{ "sec-fetch-site": "same-site" }, 403],
  [{ origin: "https://behind-a-proxy.example", "sec-fetch-site": "same-origin" }, 200],
  [{ origin: "https://friend.example", "sec-fetch-site": "cross-site" }, 200],
  [{}, 200],
])("what a page makes a browser send is taken from its own origin: %j", async (...[headers, status]) => {
  const { post, url } = await serve({ flows, cors: { origins: ["https://friend.example"] } });
  expect((await post("/flows/constructor?wait=5", undefined, headers as Record<string, string>)).status).toBe(status);
  expect((await post("/flows/constructor?wait=5", undefined, { origin: url })).status).toBe(200);
});

test("a name that leads here is not this machine, where nobody is asked who they are", async () => {
  const { url } = await serve({ flows });
  const by = (host: string) => raw(url, `GET /flows HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  expect(await by("evil.example:3000")).toMatch(/^HTTP\/1\.1 421 /);
  for (const host of ["localhost:3000", "127.0.0.1", "[::1]:80"]) expect(await by(host)).toMatch(/^HTTP\/1\.1 200 /);
  const guarded = await serve({ flows, auth: { keys: ["somebodys-key-0123456789"] } });
  expect(await raw(guarded.url, "GET /healthz HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n")).toMatch(
    / 200 /,
  );
});

test("a client that goes while it waits ends nothing", async () => {
  class Nap extends Flow {
    @start() async nap() {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return "slept";
    }
  }
  const { url, ask } = await serve({ flows: [Nap] });
  const gone = new AbortController();
  const waiting = fetch(`${url}/flows/Nap?wait=10`, { method: "POST", signal: gone.signal });
  await expect.poll(async () => (await ask("/runs")).body.runs.length).toBe(1);
  gone.abort();
  await expect(waiting).rejects.toThrow();
  await expect.poll(async () => (await ask("/runs")).body.runs[0].status).toBe("completed");
});

test("a thousand requests leave nothing behind", async () => {
  const { server } = await serve({ flows });
  for (let i = 0; i < 10; i++) {
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const answer = await server.fetch(
          new Request("http://x/flows/Hello?wait=5", {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: '{"name":"x"}',
          }),
        );
        await answer.body?.cancel();
        return answer.status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
  }
  expect(server.host.driven).toBe(0);
});
