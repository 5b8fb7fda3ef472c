import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readOrigins } from "./read-origins.js";

const folder = mkdtempSync(join(tmpdir(), "origins-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function origins(source: string, { className = "Review", flowName = "Review", name = "flow.ts" } = {}) {
  const file = join(folder, name);
  writeFileSync(file, source);
  const found = await readOrigins({ file, className, flowName });
  for (const origin of Object.values(found)) expect(origin.file).toBe(file);
  return Object.fromEntries(Object.entries(found).map(([step, { file: _, ...rest }]) => [step, rest]));
}

test("methods: doc comment, place, types as written", async () => {
  const found = await origins(`
class Base extends Flow {
  /** Of the base. */
  @start() begin() {}
  @listen("begin") write() {}
}
export class Review extends Base {
  /**
   * Writes a draft.
   *
   * In two lines. 🎉
   * @param notes are not told
   */
  @listen(or("begin", "again"), { retry: { attempts: 2 } })
  override async write(notes: string, { a }: { a:
    number } = { a: 1 }): Promise<Page> {}
  // no doc
  @listen("write") protected "odd name"(p) {}
  static no() {}
  get neither() {}
}`);
  expect(found).toEqual({
    begin: { line: 4, column: 12, description: "Of the base.", signature: "()" },
    write: {
      line: 15,
      column: 18,
      description: "Writes a draft.\n\nIn two lines. 🎉",
      signature: "(notes: string, { a }: { a: number } = { a: 1 }) => Promise<Page>",
    },
    "odd name": { line: 18, column: 30, signature: "(p)" },
  });
});

test("what asks people or runs a flow is told", async () => {
  const found = await origins(`class Review extends Flow {
    @router("a") b() { return approval(1, { outcomes: ["x", "y"] }); }
    @listen("b") async c() { const n = await this.ask("?"); }
    @forEach("c") async d(x: string) { if (x) { return this.runFlow(Child, { x }); } }
  }`);
  expect(Object.values(found).map(({ shape }) => shape)).toEqual(["approval", "approval", "flow"]);
});

test("steps of a builder: at the call, or where their functions are written", async () => {
  const found = await origins(
    `/** Fetches. */
export const fetchPage = async (path: string): Promise<string> => "";
const other = flow("other").step("parse", () => 1);
export const ingest = flow("ingest")
  .step("load", fetchPage)
  /** Parses. */
  .step("parse", ({ text }: { text: string }) => text, ({ load }) => ({ text: load }))
  .step(store);
/** Stores. */
function store(): void {}`,
    { flowName: "ingest" },
  );
  expect(found).toEqual({
    load: { line: 2, column: 14, description: "Fetches.", signature: "(path: string) => Promise<string>" },
    parse: { line: 7, column: 4, description: "Parses.", signature: "({ text }: { text: string })" },
    store: { line: 10, column: 10, description: "Stores.", signature: "() => void" },
  });
});

test("a file that says nothing of it is no failure", async () => {
  expect(await origins("class {{{")).toEqual({});
  expect(await origins("export const a = 1;")).toEqual({});
  expect(await origins("class Review extends Review { a() {} }")).toEqual({ a: expect.anything() });
  expect(await origins("flows: {}", { name: "flow.yaml" })).toEqual({});
  expect(await readOrigins({ file: join(folder, "none.ts"), className: "A", flowName: "A" })).toEqual({});
});
