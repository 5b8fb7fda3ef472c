import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FlowError } from "millrace";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { validateDocument } from "../load/load-document.js";
import { functionsToTools } from "./functions-to-tools.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "millrace-convert-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const convert = async (source: string, name = "tools.ts"): Promise<any> => {
  writeFileSync(join(root, name), source);
  return parse(await functionsToTools(join(root, name), { root }));
};

test("names, types, defaults and doc comments", async () => {
  const source = `
    export interface Hit { title: string; score?: number; kind: "a" | "b"; inner: Hit[] }
    /**
     * Searches
     * the web.
     * @param query What is looked for.
     * @param {number} [limit=3] - How many.
     * @returns hits
     */
    export async function search(query: string, limit = 3, tags?: readonly string[]): Promise<Hit[]> { return []; }
    /** Adds. @internal */
    export const add = ({ a, b = -1 }: { a: number; b?: number }, tools: unknown): number => a + b;
    export function all(given: { hit: Hit; by: Record<string, boolean>; maybe: string | null; any: unknown; mode: 1 | 2 | undefined }): void {}
    export const none = () => true;
    export const notOne = 5;
    function hidden() {}
  `;
  expect(await convert(source)).toEqual({
    types: { Hit: { title: "text", score: "number?", kind: '"a" | "b"', inner: "list[Hit]" } },
    tools: {
      search: {
        description: "Searches the web.",
        type: "code",
        run: "./tools.ts#search",
        args: ["query", "limit", "tags"],
        parameters: {
          query: { type: "text", description: "What is looked for." },
          limit: { type: "number", default: 3, description: "How many." },
          tags: "list[text]?",
        },
        output: "list[Hit]",
      },
      add: {
        description: "Adds. @internal",
        type: "code",
        run: "./tools.ts#add",
        parameters: { a: "number", b: { type: "number", default: -1 } },
        output: "number",
      },
      all: {
        type: "code",
        run: "./tools.ts#all",
        parameters: { hit: "Hit", by: "map[bool]", maybe: "text?", any: "any", mode: "(1 | 2)?" },
      },
      none: { type: "code", run: "./tools.ts#none", parameters: {} },
    },
  });
});

test("JavaScript has names alone", async () => {
  const source = "export function f(a, b = 'x') {}\nexport function g({ a, b = 1 }) {}";
  expect((await convert(source, "tools.js")).tools).toEqual({
    f: {
      type: "code",
      run: "./tools.js#f",
      args: ["a", "b"],
      parameters: { a: "any", b: { type: "text", default: "x" } },
    },
    g: { type: "code", run: "./tools.js#g", parameters: { a: "any", b: { type: "any", default: 1 } } },
  });
});

test.each([
  ["what is no module", "export function (", /can't be parsed/],
  ["no function", "export const a = 1;", /exports no function/],
  [
    "a parameter without a name",
    "export function f(a: number, [b]: number[]) {}",
    /f, in line 1, takes a parameter without a name/,
  ],
])("%s", async (_what, source, message) => {
  const error: unknown = await convert(source).catch((thrown: unknown) => thrown);
  expect(FlowError.is(error, "CONVERT_FAILED")).toBe(true);
  expect((error as Error).message).toMatch(message);
});

test("functions exported by default, in braces, behind `satisfies`; enums; names of their own", async () => {
  const source = `
    enum Kind { Small, Large = 5, Huge }
    enum Color { Red = "red", Blue = "blue" }
    type Id = \`id-\${string}\`;
    /** Paints. */
    function paint(color: Color, kind: Kind, id: Id): void {}
    const twice = ((given: { n: number }) => given.n * 2) satisfies (given: { n: number }) => number;
    export { paint as draw, twice };
    export const again = (({ text = "a" }: { text?: string }) => text) as (given: { text?: string }) => string;
    /** The one. */
    export default async function (query: string) { return query; }
  `;
  const { tools, types } = await convert(source, "my-tools.ts");
  expect(types).toEqual({ Color: '"red" | "blue"', Id: "text", Kind: "0 | 5 | 6" });
  expect(Object.keys(tools).sort()).toEqual(["again", "draw", "my_tools", "twice"]);
  expect(tools.draw).toMatchObject({
    description: "Paints.",
    run: "./my-tools.ts#draw",
    args: ["color", "kind", "id"],
    parameters: { color: "Color", kind: "Kind", id: "Id" },
  });
  expect(tools.my_tools).toMatchObject({ description: "The one.", run: "./my-tools.ts#default", args: ["query"] });
  expect(tools.twice).toMatchObject({ run: "./my-tools.ts#twice", parameters: { n: "number" } });
  expect(tools.again.parameters).toEqual({ text: { type: "text", default: "a" } });
});

test("what has no name is told by line, with what to write instead", async () => {
  const source = "\nexport const a = () => 1;\nexport function join(...words: string[]) { return words.join(); }";
  await expect(convert(source)).rejects.toMatchObject({
    code: "CONVERT_FAILED",
    message: expect.stringMatching(/^join, in line 3, takes any number of parameters/),
    hint: expect.stringContaining("Let it take a list"),
  });
});

/** The document that is made, loaded: what is written fits what documents are. */
const loads = async (files: Record<string, string>) => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  const text = await functionsToTools(join(root, Object.keys(files)[0]!), { root });
  writeFileSync(join(root, "flow.yaml"), `${text}flows: [{ id: f, steps: [{ id: a, type: echo, value: 1 }] }]`);
  expect(await validateDocument(join(root, "flow.yaml"))).toEqual([]);
  return parse(text);
};

test("types of other files, intersections, generics, lists and maps of objects; what is re-exported", async () => {
  const { tools, types } = await loads({
    "tools.mts": `
      import type { Hit as Found, Page } from "./types.js";
      export { twice } from "./more.cjs";
      export * from "./more.cjs";
      interface Base { /** Who. */ who: string; /** How many. @default 3 */ limit?: number; note?: { text: string } }
      /** @deprecated Take other. */
      export function search(given: Base & { hits: Found[]; only?: "a" | "b" }, tools: unknown): Page<Found> {}
      export function page(page: Page<string>, by: Record<string, { n: number }>, list: { n: number }[] = []) {}
      export const first = <T extends Found>(one: T, part: Pick<Found, "title">, more: Partial<Found>) => one;
      export function pair(a: string): string;
      export function pair(a: any) { return a; }
      const main = (text: string, tags = ["a", "b"]) => text;
      export default main;
    `,
    "types.ts":
      "export interface Titled { title: string }\nexport interface Hit extends Titled { next?: Hit; at: { x: number } }\nexport type Page<T> = { items: T[]; size: number };",
    "more.cts": "export function twice(n: number): number { return n * 2; }\nexport const half = (n: number) => n / 2;",
  });
  expect(Object.keys(tools).sort()).toEqual(["first", "half", "page", "pair", "search", "tools", "twice"]);
  expect(types.Hit).toEqual({ title: "text", next: "Hit?", at: { x: "number" } });
  expect(tools.search).toMatchObject({
    description: "Deprecated: Take other.",
    parameters: {
      who: { type: "text", description: "Who." },
      limit: { type: "number", default: 3, description: "How many." },
      note: "Note?",
      hits: "list[Hit]",
      only: '("a" | "b")?',
    },
    output: { items: "list[Hit]", size: "number" },
  });
  expect(types.Note).toEqual({ text: "text" });
  expect(tools.page.args).toEqual(["page", "by", "list"]);
  expect(tools.page.parameters).toMatchObject({ page: { items: "list[text]", size: "number" }, by: "map[Value]" });
  expect(tools.pair.parameters).toEqual({ a: "text" });
  expect(tools.tools).toMatchObject({
    run: "./tools.mts#default",
    parameters: { text: "text", tags: { type: "any", default: ["a", "b"] } },
  });
});

test.each<[what: string, source: string, message: RegExp, hint: RegExp]>([
  [
    "a tuple",
    "export function f(a: [number, string]) {}",
    /^f, in line 2, takes a, .* \[number, string\] \(line 2\)/,
    /object|list/,
  ],
  [
    "a function",
    "export function f(given: { done: () => void }) {}",
    /takes given, .* \(\) => void/,
    /leave the function out/,
  ],
  ["a type of a package", 'import type { X } from "x";\nexport const f = (x: X) => x;', /the type X/, /Write out/],
  ["a type that is not there", "export const f = (x: Missing) => x;", /the type Missing/, /Write out/],
  ["a computed type", "export const f = (x: keyof Date) => x;", /the type keyof Date/, /Write out/],
  ["a date", "export const f = (a: string, when: Date) => a;", /takes when, .* Date/, /Write out/],
  ["a type that grows", "interface T<X> { in: T<X[]> }\nexport const f = (x: T<string>) => x;", /takes x/, /grow/],
  [
    "two signatures",
    "export function f(a: string): void;\nexport function f(a: number): void;\nexport function f(a: any) {}",
    /2 signatures/,
    /a function for each/,
  ],
  ["what a package exports", 'export { f } from "x";', /f, in line 2, is exported from "x"/, /of your own/],
])("%s is told by line, with what to write instead", async (...[, source, message, hint]) => {
  await expect(convert(`\n${source}`)).rejects.toMatchObject({
    code: "CONVERT_FAILED",
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
});

test("modules that export each other", async () => {
  const around = ["b", "c", "tools"].map((name) => `export * from "./${name}.js";`).join("\n");
  const { tools } = await loads({
    "tools.ts": `${around}\nexport const a = (n: number) => n;`,
    "b.ts": `${around}\nexport const b = (n: number) => n;`,
    "c.ts": `${around}\nexport const c = (n: number) => n;`,
  });
  expect(Object.keys(tools).sort()).toEqual(["a", "b", "c"]);
});
