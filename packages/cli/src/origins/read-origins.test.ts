import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readOrigins, readReferences } from "./read-origins.js";

const folder = mkdtempSync(join(tmpdir(), "origins-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function origins(source: string, { className = "Review", flowName = "Review", name = "flow.ts" } = {}) {
  const file = join(folder, name);
  writeFileSync(file, source);
  const found = await readOrigins({ file, root: folder, className, flowName });
  for (const origin of Object.values(found)) expect(origin.file).toBe(name);
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
  expect(await readOrigins({ file: join(folder, "none.ts"), root: folder, className: "A", flowName: "A" })).toEqual({});
});

test("what stands in other files is told from there: base classes, mixins, functions, chains that go on", async () => {
  mkdirSync(join(folder, "parts"));
  writeFileSync(
    join(folder, "parts/base.ts"),
    "export class Base extends Flow {\n  /** First. */\n  @start() begin() {}\n}",
  );
  writeFileSync(
    join(folder, "parts/index.ts"),
    `export * from "./base.js";\nexport { audited as Audited } from "./mixin.js";`,
  );
  writeFileSync(
    join(folder, "parts/mixin.ts"),
    `export const audited = <B extends FlowClass<object>>(Base: B) => {
  abstract class Audited extends Base { @listen("begin") audit(page: Page): void {} }
  return Audited;
};`,
  );
  const where = (found: Record<string, { file?: string; line?: number }>) =>
    Object.fromEntries(Object.entries(found).map(([step, { file, line }]) => [step, `${file}:${line}`]));
  const file = join(folder, "main.ts");
  writeFileSync(
    file,
    `import { Audited, Base } from "./parts";
import load, { parse as read } from "./functions.js";
import { chain } from "./chain.js";
export class Review extends (Audited(Base) as FlowClass<object>) { @listen("audit") write() {} }
export const more = chain.step("read", read).step("late", () => 1);`,
  );
  writeFileSync(
    join(folder, "functions.ts"),
    "export default function load() {}\n/** Reads. */\nexport const parse = () => 1;",
  );
  writeFileSync(
    join(folder, "chain.ts"),
    `import load from "./functions.js";\nexport const chain = flow("built").step(load);`,
  );
  expect(where(await readOrigins({ file, root: folder, className: "Review", flowName: "none" }))).toEqual({
    write: "main.ts:4",
    audit: "parts/mixin.ts:2",
    begin: "parts/base.ts:3",
  });
  const built = await readOrigins({ file, root: folder, className: "none", flowName: "built" });
  expect(where(built)).toEqual({ read: "functions.ts:3", late: "main.ts:5", load: "functions.ts:1" });
  expect(built.read!.description).toBe("Reads.");
  const inner = await readOrigins({ file, root: join(folder, "parts"), className: "Review", flowName: "none" });
  expect(inner.write!.file).toBe("../main.ts");
});

test("steps of a document: what stands at the function that they run", async () => {
  mkdirSync(join(folder, "lib"));
  writeFileSync(join(folder, "lib/load.ts"), "/** Loads. */\nexport const load = (path: string): number => 1;");
  writeFileSync(join(folder, "lib/steps.ts"), 'export { load } from "./load.js";\nexport default function tell() {}');
  const step = (name: string, reference: string) => ({ name, run: { reference } });
  const found = await readReferences(folder, [
    { ...step("a", "./lib/steps.ts#load"), description: "As the document says." },
    step("b", "./lib/steps.ts"),
    step("c", "./lib/steps.ts#none"),
    step("d", "./lib/gone.ts#load"),
    step("e", "template"),
  ]);
  expect(found).toEqual({
    a: {
      file: "lib/load.ts",
      line: 2,
      column: 14,
      description: "As the document says.",
      signature: "(path: string) => number",
    },
    b: { file: "lib/steps.ts", line: 2, column: 25, signature: "()" },
  });
});
