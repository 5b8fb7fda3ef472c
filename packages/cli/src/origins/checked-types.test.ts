import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkedTypes } from "./checked-types.js";

const folder = mkdtempSync(join(tmpdir(), "types-"));
afterAll(() => rmSync(folder, { recursive: true }));

const packages = join(folder, "node_modules");
beforeAll(() => {
  mkdirSync(packages);
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  symlinkSync(typescript, join(packages, "typescript"));
  const compilerOptions = {
    target: "ES2022",
    module: "NodeNext",
    strict: true,
    lib: ["es2022"],
    types: [],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  writeFileSync(
    join(folder, "base.ts"),
    "export interface Page { text: string }\nexport class Base { protected begin() { return 1; } }",
  );
});

const steps = new Set(["begin", "write", "check", "end", "load", "parse"]);
const of = (source: string, name: string) => {
  const file = join(folder, "flow.ts");
  writeFileSync(file, source);
  return Object.fromEntries(
    checkedTypes({ file, root: folder, className: name, flowName: name, steps, limitMs: 60_000 }),
  );
};

test("methods, inherited ones too: what they return without saying so", { timeout: 60_000 }, () => {
  const types = of(
    `import { Base, type Page } from "./base.js";
const make = async (text: string): Promise<Page> => ({ text });
export class Review extends Base {
  async write(notes: string, rounds = 1) { return make(notes.repeat(rounds)); }
  check(page: Page) { return page.text ? "good" : "bad"; }
  private end({ text }: Page) { return { length: text.length, at: [text] }; }
}`,
    "Review",
  );
  expect(types).toEqual({
    begin: "() => number",
    write: "(notes: string, rounds?: number) => Promise<Page>",
    check: '(page: Page) => "good" | "bad"',
    end: "({ text }: Page) => { length: number; at: string[]; }",
  });
});

test("functions of a builder: parameters by what they are given to", { timeout: 60_000 }, () => {
  const types = of(
    `interface Builder { step<P, R>(name: string | ((params: P) => R), ...rest: unknown[]): Builder }
declare function flow(name: string): Builder;
function load(path: string) { return { path, size: 3 }; }
const first = flow("ingest").step(load, "a.txt");
export const ingest = first.step("parse", (size: number) => [size], ({ load }) => load.size);
export const other = flow("other").step("parse", () => "no");`,
    "ingest",
  );
  expect(types).toEqual({
    load: "(path: string) => { path: string; size: number; }",
    parse: "(size: number) => number[]",
  });
});

test("without TypeScript, without such a class, with code that is none, and late: nothing", { timeout: 60_000 }, () => {
  expect(of("export class Other {}", "Review")).toEqual({});
  expect(of("class {{{", "Review")).toEqual({});
  const file = join(folder, "flow.ts");
  writeFileSync(file, "export class Review { a() {} }");
  const named = { className: "Review", flowName: "Review", steps: new Set(["a"]) };
  expect(checkedTypes({ file, root: folder, ...named, limitMs: -1 })).toEqual(new Map());
  const other = mkdtempSync(join(tmpdir(), "no-types-"));
  try {
    const alone = { file: join(other, "flow.ts"), root: other, ...named };
    writeFileSync(alone.file, "export class Review { a() {} }");
    expect(checkedTypes(alone)).toEqual(new Map());
    mkdirSync(join(other, "node_modules/typescript"), { recursive: true });
    writeFileSync(join(other, "node_modules/typescript/index.js"), 'module.exports = { version: "7.0.2" };');
    expect(checkedTypes(alone)).toEqual(new Map());
  } finally {
    rmSync(other, { recursive: true });
  }
});
