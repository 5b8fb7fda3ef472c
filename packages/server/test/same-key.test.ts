import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SqlitePersistence } from "@millrace/sqlite";
import { Flow, MemoryPersistence, start } from "millrace";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { serve } from "./serve.js";

const folder = mkdtempSync(join(tmpdir(), "millrace-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ran: string[] = [];
let files = 0;

class Order extends Flow<typeof Order> {
  static inputs = z.object({ item: z.string() });
  static output = z.string();
  @start() async place({ item }: { item: string }) {
    ran.push(item);
    await pause(50);
    return `${item} ordered`;
  }
}

class Long extends Flow<typeof Long> {
  static inputs = z.object({ item: z.string() });
  @start() async count({ item }: { item: string }) {
    for (let i = 0; i < 12; i++) await this.once(`${i}`, () => i);
    return item;
  }
}

/** Two servers, of one process or on one file. */
async function two(kind: string) {
  ran.length = 0;
  const file = join(folder, `${++files}.db`);
  const memory = new MemoryPersistence();
  const stores = kind === "one store" ? [memory, memory] : [0, 1].map(() => new SqlitePersistence(file));
  return Promise.all(stores.map((persistence) => serve({ flows: [Order], persistence })));
}

test.each(["one store", "one file"])("one key at once is one run, and each request waits for it: %s", async (kind) => {
  const servers = await two(kind);
  const key = { "idempotency-key": "k" };
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, i) => servers[i % 2]!.post("/flows/Order?wait=10", { item: "tea" }, key)),
  );
  for (const { status, body } of answers)
    expect([status, body.status, body.output]).toEqual([200, "completed", "tea ordered"]);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(ran).toEqual(["tea"]);
});

test.each(["one store", "one file"])(
  "one key at once with other inputs: one begins, the others are refused: %s",
  async (kind) => {
    const servers = await two(kind);
    for (const path of ["/flows/Order?wait=10", "/flows/Order/stream"]) {
      ran.length = 0;
      const key = { "idempotency-key": path };
      const items = ["tea", "coffee", "milk", "tea"];
      const answers = await Promise.all(items.map((item, i) => servers[i % 2]!.post(path, { item }, key)));
      expect(ran).toHaveLength(1);
      for (const [i, { status, body }] of answers.entries())
        expect([status, body.code]).toEqual(items[i] === ran[0] ? [200, undefined] : [422, "SERVER_KEY_REUSED"]);
    }
  },
);

test("a request that is refused leaves its key to the next one", async () => {
  const [server] = await two("one store");
  const key = { "idempotency-key": "k" };
  const answers = await Promise.all(
    [{ item: 5 }, { item: "tea" }].map((inputs) => server!.post("/flows/Order?wait=10", inputs, key)),
  );
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
    [422, "RUN_INPUTS_INVALID"],
    [200, undefined],
  ]);
});

test("a key is compared though the run's journal was shortened", async () => {
  const persistence = new SqlitePersistence(":memory:");
  const { post } = await serve({ flows: [Long], persistence });
  const key = { "idempotency-key": "k" };
  const { body } = await post("/flows/Long?wait=10", { item: "tea" }, key);
  const { runs } = new Long({ persistence });
  expect(await runs.prune({ status: "completed", keepResults: true })).toMatchObject({ runs: 1 });
  expect((await runs.history(body.id))[0]!.seq).toBeGreaterThan(1);
  expect((await post("/flows/Long?wait=10", { item: "tea" }, key)).body).toMatchObject({ id: body.id, output: "tea" });
  expect((await post("/flows/Long?wait=10", { item: "coffee" }, key)).body.code).toBe("SERVER_KEY_REUSED");
});
