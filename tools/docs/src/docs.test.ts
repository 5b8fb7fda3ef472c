/** Every TypeScript block of the READMEs and of the docs compiles, runs, and does what it says. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckProgram, prepare, programsOfPages } from "./check-pages.js";

const workspace = fileURLToPath(new URL("../../..", import.meta.url));
const programs = programsOfPages(pagesOf(workspace));

let folder: string;
let check: CheckProgram;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "docs-"));
  check = await prepare(programs, folder);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

test("there are pages to check", () => {
  expect(pagesOf(workspace).size).toBeGreaterThan(0);
});

test.concurrent.each(programs)("$name", { timeout: 60_000 }, async (program) => {
  expect(await check(program)).toEqual([]);
});

/** The READMEs and the pages under docs, by their path in the workspace. */
function pagesOf(root: string): ReadonlyMap<string, string> {
  const inDocs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).sort();
  const ofPackages = readdirSync(join(root, "packages")).map((name) => join("packages", name, "README.md"));
  const inFolder = inDocs.filter((path) => path.endsWith(".md")).map((path) => join("docs", path));
  const paths = ["README.md", ...ofPackages, ...inFolder];
  const there = paths.filter((path) => existsSync(join(root, path)));
  return new Map(there.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}
