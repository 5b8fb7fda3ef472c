/** Every example on the paths that it can take: in every order, with a crash at every commit. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulate } from "@millrace/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Article } from "./approval/article.js";
import { Crawl } from "./crawler/crawler.js";
import { Hello } from "./hello/hello.js";
import { SquareRoot } from "./loop/loop.js";
import { Order } from "./order/order.js";
import { Shop, type Trouble } from "./order/shop.js";
import type { Commit } from "./release-notes/commits.js";
import { ReleaseNotes } from "./release-notes/release-notes.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "examples-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("examples on every path", { timeout: 120_000 }, () => {
  test("hello", async () => {
    const seen = await simulate(Hello, {
      inputs: { name: "Ada" },
      check: ({ output, state }) => {
        expect(output).toBe("HELLO, ADA!");
        expect(state.greetings).toBe(1);
      },
    });
    expect(seen).toMatchObject({ orders: 1, exhaustive: true });
    expect(seen.coverage.missing).toEqual([]);
  });

  test("loop", async () => {
    const seen = await simulate(SquareRoot, {
      inputs: { of: 4 },
      check: ({ output, state }) => expect(output).toEqual({ root: expect.closeTo(2, 4), rounds: state.rounds }),
      invariant: ({ low, high }) => expect(low).toBeLessThanOrEqual(high),
      crashes: 1,
      runs: 40,
    });
    expect(seen.orders).toBe(1);
  });

  test("approval: one of two is not content at first, and may be late", async () => {
    const drafts = new Set<number>();
    const seen = await simulate(Article, {
      inputs: { topic: "mills" },
      answers: ({ step, value }) => {
        const isFirst = (value as { text: string }).text.includes("draft 1");
        const outcome = step === "check" ? "true" : isFirst ? "clumsy" : "readable";
        return { outcome, feedback: { by: "Ada", note: "shorter" } };
      },
      check: ({ status, output, state }) => {
        expect(status).toBe("completed");
        expect(output).toContain(`draft ${state.drafts}`);
        drafts.add(state.drafts);
      },
      crashes: 1,
      runs: 45,
    });
    expect(Math.min(...drafts)).toBe(2);
    expect(drafts.size).toBeGreaterThan(1);
    expect(seen.coverage.missing).toEqual([]);
  });

  test("crawler", async () => {
    for (const name of ["a.md", "b.md", "c.md"]) writeFileSync(join(folder, name), `${name}\nhas two lines\n`);
    const seen = await simulate(Crawl, {
      inputs: { folder, ending: ".md" },
      check: ({ output }) => expect(output).toMatchObject({ files: 3, lines: 6, words: 12 }),
      crashes: 1,
      runs: 90,
    });
    expect(seen.crashed).toBeGreaterThan(30);
  });

  test.each<[Trouble | "none", string, object]>([
    ["none", "shipped", { cents: 4_900, payments: 1, parcels: 1 }],
    ["flaky", "shipped", { cents: 4_900, payments: 1, parcels: 1 }],
    ["declined", "not charged", { cents: 0, payments: 0, parcels: 0 }],
    ["no-courier", "refunded", { cents: 0, payments: 0, parcels: 0 }],
    ["sold-out", "sold out", { cents: 0, payments: 0, parcels: 0 }],
  ])("order, %s: %s, and the books are even", async (trouble, status, books) => {
    let shop: Shop;
    let count = 0;
    const seen = await simulate((options) => new Order(shop, options), {
      inputs: { item: "lamp", quantity: 2, cents: 4_900 },
      setup: () => {
        shop = new Shop(join(folder, trouble, String(++count)), trouble === "none" ? undefined : trouble);
      },
      check: ({ output }) => {
        expect(output?.status).toBe(status);
        expect(shop.books()).toEqual(books);
        expect(shop.left("lamp")).toBe(status === "shipped" ? 8 : 10);
      },
      runs: 120,
    });
    expect(seen.crashed).toBeGreaterThan(10);
  });

  test("release notes", async () => {
    const out = join(folder, "notes.md");
    const excerpt = new URL("release-notes/excerpt.json", import.meta.url);
    const commits = (JSON.parse(readFileSync(excerpt, "utf8")) as Commit[]).slice(0, 12);
    const written = new Set<string>();
    const seen = await simulate(ReleaseNotes, {
      inputs: { repository: folder, out },
      replace: { collect: () => commits },
      check: () => void written.add(readFileSync(out, "utf8")),
      crashes: 1,
      runs: 60,
    });
    expect(written.size).toBe(1);
    expect(seen.crashed).toBeGreaterThan(30);
  });
});
