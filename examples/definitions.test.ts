/** Every example that is a class, written down as data and read again: the same plan, and the same run. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Flow, type FlowOptions, MemoryPersistence } from "millrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { throughData } from "../packages/core/test/support/through-data.js";
import { Article } from "./approval/article.js";
import { Crawl } from "./crawler/crawler.js";
import { Hello } from "./hello/hello.js";
import { SquareRoot } from "./loop/loop.js";
import { Magazine, Article as Page } from "./magazine/magazine.js";
import { Order } from "./order/order.js";
import { Shop } from "./order/shop.js";
import { ReleaseNotes } from "./release-notes/release-notes.js";

type AnyFlow = Flow<any>;
type MakeFlow = (options: FlowOptions<any>) => AnyFlow;
const planOf = (make: MakeFlow) => (make({}).constructor as typeof Flow).plan();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "examples-"));
  for (const name of ["a.md", "b.md"]) writeFileSync(join(folder, name), `${name}\nhas two lines\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const classes = { Article, Crawl, Hello, Magazine, Page, ReleaseNotes, SquareRoot };

test.each(Object.entries(classes))("%s has the same plan", async (_, FlowClass) => {
  const make: MakeFlow = (options) => new FlowClass(options as never) as unknown as AnyFlow;
  expect(planOf(await throughData(make))).toEqual(planOf(make));
});

let shops = 0;
const runs: readonly [string, MakeFlow, () => object][] = [
  ["hello", (options) => new Hello(options) as unknown as AnyFlow, () => ({ name: "Ada" })],
  ["loop", (options) => new SquareRoot(options) as unknown as AnyFlow, () => ({ of: 4 })],
  ["crawler", (options) => new Crawl(options) as unknown as AnyFlow, () => ({ folder, ending: ".md" })],
  [
    "order",
    (options) => new Order(new Shop(join(folder, `shop-${++shops}`), "flaky"), options) as unknown as AnyFlow,
    () => ({ item: "lamp", quantity: 2, cents: 4_900 }),
  ],
];

test.each(runs)("%s runs the same", async (_, make, inputs) => {
  const read = await throughData(make);
  expect(planOf(read)).toEqual(planOf(make));
  // of elements that are worked on at the same time, any may be the last
  const lastOnes = Object.fromEntries(planOf(make).steps.flatMap(({ name, forEach }) => (forEach ? [[name]] : [])));
  const ends = [make, read].map(async (of) => {
    const flow = of({ persistence: new MemoryPersistence() });
    const { status, output, outputs, state } = await flow.kickoff(inputs() as never, { id: "run" });
    expect(status).toBe("completed");
    const entries = (await flow.runs.history("run")).map(
      ({ entry }) => `${entry.type} ${"step" in entry && entry.step}`,
    );
    return { output, outputs: { ...outputs, ...lastOnes }, state, entries: entries.sort() };
  });
  expect(await ends[1]).toEqual(await ends[0]);
});
