import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FlowError } from "millrace";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
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
    import type { Else } from "./else.js";
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
    export function all(given: { hit: Hit; by: Record<string, boolean>; maybe: string | null; any: Else; mode: 1 | 2 | undefined }): void {}
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
