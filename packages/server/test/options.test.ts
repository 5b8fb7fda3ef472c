/** What `createServer` and `listen` are given is checked before anything is served: a misspelt `auth` must not open all doors. */
import { Flow, FlowError, start } from "millrace";
import { expect, test } from "vitest";
import { createServer } from "../src/index.js";
import { serve } from "./serve.js";

class Hello extends Flow {
  @start() hi() {
    return "hi";
  }
}
const flows = [Hello];
const key = "operators-key-0123456789";

async function refusal(made: Promise<unknown>) {
  const error = await made.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(FlowError.is(error, "SERVER_OPTION_INVALID")).toBe(true);
  const { message, hint } = error as FlowError;
  return `${message} ${hint}`;
}

test.each<[string, unknown, string]>([
  ["nothing", undefined, "flows: [Hello]"],
  ["a misspelt auth", { flows, authorization: { keys: [key] } }, "Write auth: { keys"],
  ["another misspelt auth", { flows, atuh: { keys: [key] } }, "Write auth: { keys"],
  ["where it listens", { flows, port: 3000 }, "server.listen({ port, hostname, openToAll })"],
  ["flows by name", { flows: { Hello } }, "flows: [Hello]"],
  ["a key", { flows, auth: key }, "auth: { keys: [key] }"],
  ["a list of keys", { flows, auth: [key] }, "auth: { keys: [key] }"],
  ["a key by itself", { flows, auth: { key } }, "auth: { keys: [key] }"],
  ["no auth", { flows, auth: null }, "auth: { keys: [key] }"],
  ["a right that is misspelt", { flows, auth: { keys: [{ key, subjekt: "ada" }] } }, "Write `subject`"],
  ["a path for a store", { flows, persistence: "x.db" }, "new SqlitePersistence"],
  ["another way of all origins", { flows, cors: { origins: ["*"] } }, 'origins: "*"'],
  ["a slash too much", { flows, cors: { origins: ["http://localhost:5173/"] } }, '"http://localhost:5173"'],
  ["no scheme", { flows, cors: { origins: ["localhost:5173"] } }, '"https://example.com"'],
  ["cors as a switch", { flows, cors: true }, "cors: { origins"],
  ["a misspelt limit", { flows, limits: { bodybytes: 5 } }, "Write `bodyBytes`"],
  ["a misspelt rate", { flows, limits: { rate: { requests: 5, every: "1m" } } }, "requests, per"],
])("%s is refused, with what to write", async (_, options, words) => {
  expect(await refusal(createServer(options as never))).toContain(words);
});

test("origins of apps and of all are taken", async () => {
  await serve({
    flows,
    cors: { origins: ["https://example.com", "capacitor://localhost", "http://[::1]:8080"] },
  });
  await serve({ flows, cors: { origins: "*" } });
});

test.each<[string, unknown, string]>([
  ["a port alone", 4571, "listen({ port: 4571 })"],
  ["a host", { host: "0.0.0.0" }, "Write `hostname`"],
  ["a port as text", { port: "4571" }, "whole number"],
  ["a door as text", { openToAll: "yes" }, "openToAll: true"],
])("listen refuses %s", async (_, where, words) => {
  const server = await createServer({ flows, recoverEvery: false });
  expect(await refusal(server.listen(where as never))).toContain(words);
  await server.close();
});

test.each<[string, () => unknown, string]>([
  ["true", () => true, "has answered"],
  ["no subject", () => ({}), "has answered no subject"],
  [
    "an error",
    () => {
      throw new Error("jwt expired: secret-123");
    },
    "has thrown: jwt expired",
  ],
])("an auth that answers %s lets nobody in, and says that it is what failed", async (_, auth, words) => {
  const logged: FlowError[] = [];
  const silent = () => undefined;
  const logger = {
    debug: silent,
    info: silent,
    warn: silent,
    error: (_: string, fields?: object) => void logged.push((fields as { error: FlowError }).error),
  };
  const { ask } = await serve({ flows, auth: auth as never, logger });
  const { status, body } = await ask("/flows");
  expect([status, body.code]).toEqual([500, "SERVER_AUTH_FAILED"]);
  expect(body.hint).toContain("logger");
  expect(JSON.stringify(body)).not.toContain("secret-123");
  expect(logged.map(({ code }) => code)).toEqual(["SERVER_AUTH_FAILED"]);
  expect(logged[0]!.message).toContain(words);
  const open = await serve({ flows, auth: auth as never, exposeErrors: true });
  expect((await open.ask("/flows")).body.detail).toContain(words);
});
