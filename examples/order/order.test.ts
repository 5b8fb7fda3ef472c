import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../../tools/processes/src/bundle.js";
import { runProcess } from "../../tools/processes/src/run-process.js";
import { Order } from "./order.js";
import { Shop, type Trouble } from "./shop.js";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "order-"));
  await bundle([main], folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const has = (text: string): unknown => expect.stringContaining(text);
const bought = { item: "lamp", quantity: 2, cents: 4_900 };

const none = { cents: 0, payments: 0, parcels: 0 };
const sold = { cents: 4_900, payments: 1, parcels: 1 };

test.each<{ trouble?: Trouble; status: string; books: object; left: number; log: unknown[] }>([
  { status: "shipped", books: sold, left: 8, log: ["reserved 2 lamp", "charged 4900 cents", "shipped"] },
  {
    trouble: "flaky",
    status: "shipped",
    books: sold,
    left: 8,
    log: ["reserved 2 lamp", "charged 4900 cents", "shipped"],
  },
  { trouble: "sold-out", status: "sold out", books: none, left: 10, log: [has("0 of lamp left")] },
  { trouble: "declined", status: "not charged", books: none, left: 10, log: ["reserved 2 lamp", has("declines")] },
  { trouble: "slow", status: "not charged", books: none, left: 10, log: ["reserved 2 lamp", has("timeout of 500 ms")] },
  {
    trouble: "no-courier",
    status: "refunded",
    books: none,
    left: 10,
    log: ["reserved 2 lamp", "charged 4900 cents", has("no courier"), "released"],
  },
])("$trouble: $status, and the books are even", { timeout: 30_000 }, async ({ trouble, status, books, left, log }) => {
  const shop = new Shop(join(folder, trouble ?? "well"), trouble);
  const result = await new Order(shop).kickoff(bought);
  expect(result.output?.status).toBe(status);
  expect(result.state.log).toEqual(log);
  expect(shop.books()).toEqual(books);
  expect(shop.left("lamp")).toBe(left);
});

/** Runs the command in a process of its own. */
const order = (...args: readonly string[]) => runProcess([join(folder, "main.mjs"), ...args]);

describe("the command", { timeout: 120_000 }, () => {
  test("killed with the money taken and not told, then resumed: it is taken once", async () => {
    const given = ["--folder", join(folder, "killed")];
    const killed = await order("--kill", ...given);
    expect(killed).toMatchObject({ signal: "SIGKILL" });
    const id = /--resume (\S+)/.exec(killed.stdout)![1]!;
    const again = await order("--kill", "--resume", id, ...given);
    expect(again).toMatchObject({ signal: "SIGKILL" });
    const resumed = await order("--resume", id, ...given);
    expect(resumed).toMatchObject({ code: 0, signal: null });
    expect(resumed.stdout).toContain("The order is shipped.\nLamps left: 8; payments: 1 (4900 cents); parcels: 1.");
  });

  test("killed with the money taken, then no courier comes: it is given back", async () => {
    const given = ["--folder", join(folder, "given-back")];
    const id = /--resume (\S+)/.exec((await order("--kill", ...given)).stdout)![1]!;
    const resumed = await order("--resume", id, "--trouble", "no-courier", ...given);
    expect(resumed.stdout).toContain("The order is refunded.\nLamps left: 10; payments: 0 (0 cents); parcels: 0.");
  });

  test("tells which troubles there are, and that a run is not there", async () => {
    const fromSource = ["--conditions=millrace-source", "--import", "tsx", main];
    const wrong = await runProcess([...fromSource, "--trouble", "rain"]);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("sold-out, flaky") });
    const unknown = await order("--resume", "nobody", "--folder", join(folder, "unknown"));
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("nobody") });
  });
});
