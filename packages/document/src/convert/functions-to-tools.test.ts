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
    /f takes a parameter without a name/,
  ],
])("%s", async (_what, source, message) => {
  const error: unknown = await convert(source).catch((thrown: unknown) => thrown);
  expect(FlowError.is(error, "CONVERT_FAILED")).toBe(true);
  expect((error as Error).message).toMatch(message);
});
