/** What connections take from the environment is in no event, error, journal, plan or definition. */

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { loadDocument } from "@millrace/document";
import { SqlitePersistence } from "@millrace/sqlite";
import type { Flow } from "millrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectOf } from "./support/project.js";

const secret = "s3cr3t-t0ken-0f-mine";
const server = createServer((request, response) => {
  response.statusCode = request.url === "/bad" ? 500 : 200;
  response.setHeader("content-type", "application/json");
  // a service that repeats what it was told
  response.end(
    JSON.stringify({ told: request.headers.authorization, deep: [{ again: `x ${request.headers.authorization}` }] }),
  );
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

const yaml = (path: string) => `connections:
  api: { type: http, baseUrl: "\${BASE}", auth: { bearer: "\${TOKEN}" }, allowPrivate: true }
flows:
  - id: ask
    steps:
      - { id: asked, type: http, connection: api, url: ${path} }
      - { id: end, type: echo, value: { told: "{{ asked }}" } }
`;

test.each(["/good", "/bad"])("a service that tells them back does not bring them out: %s", async (path) => {
  const root = projectOf({ "flow.yaml": yaml(path) });
  const { port } = server.address() as AddressInfo;
  const env = { TOKEN: secret, BASE: `http://127.0.0.1:${port}` };
  const document = await loadDocument(join(root, "flow.yaml"), { env });
  const persistence = new SqlitePersistence(join(root, "runs.db"));
  const flow = new document.flows.ask!({ persistence }) as Flow<any>;
  const events: unknown[] = [];
  flow.events.on("*", (event) => void events.push(event));
  const result = await flow.kickoff().catch((error: unknown) => error);
  await persistence.close();
  const shown = [
    JSON.stringify(result),
    String((result as Error).stack),
    JSON.stringify(events),
    JSON.stringify(document.flows.ask!.plan()),
  ];
  for (const text of shown) expect(text).not.toContain(secret);
  for (const file of ["runs.db", "runs.db-wal"]) {
    let stored = "";
    try {
      stored = readFileSync(join(root, file), "latin1");
    } catch {
      continue;
    }
    expect(stored).not.toContain(secret);
  }
  expect(JSON.stringify(result)).toContain(path === "/good" ? "[secret]" : "500");
});

const odd = 's3cr3t "ü"\\ + key/9';
const echo = createServer(({ headers, url = "" }, response) => {
  response.statusCode = url.startsWith("/bad") ? 418 : 200;
  response.end(`${headers.authorization} ${headers["x-key"]} ${url}`);
});
beforeAll(() => new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => echo.close(resolve)));

const auths = [
  `basic: { user: me, password: "\${TOKEN}" }`,
  `query: { name: key, value: "\${TOKEN}" }`,
  `header: { name: x-key, value: "\${TOKEN}" }`,
];
const asks = ["url: good", "url: bad", "url: good, read: bytes", "url: good, cache: 1h"];
test.each(auths.flatMap((auth) => asks.map((ask) => [auth, ask])))(
  "nor does one that was written in another way: %s, %s",
  async (auth, ask) => {
    const { port } = echo.address() as AddressInfo;
    const api = `{ type: http, baseUrl: "http://127.0.0.1:${port}", auth: { ${auth} }, allowPrivate: true }`;
    const step = `{ id: asked, type: http, connection: api, ${ask} }`;
    const root = projectOf({
      "flow.yaml": `connections: { api: ${api} }\nflows: [{ id: ask, steps: [${step}] }]`,
    });
    const { flows } = await loadDocument(join(root, "flow.yaml"), { env: { TOKEN: odd } });
    const result = await new flows.ask!().kickoff().catch((error: unknown) => error);
    const { output, details } = result as { output?: unknown; details?: { body?: unknown } };
    const told = output instanceof Uint8Array ? Buffer.from(output).toString() : String(output ?? details?.body);
    expect(told).toContain("[secret]");
    const forms = [odd, encodeURIComponent(odd), new URLSearchParams({ s: odd }).toString().slice(2)];
    for (const form of [...forms, Buffer.from(`me:${odd}`).toString("base64")]) expect(told).not.toContain(form);
  },
);
