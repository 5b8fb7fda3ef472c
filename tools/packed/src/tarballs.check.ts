/** What is in each tarball: its manifest, its types, its files. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { publicPackages } from "./public-packages.js";
import { run } from "./run.js";

const bin = fileURLToPath(new URL("../node_modules/.bin", import.meta.url));

describe.each(publicPackages())("$name", ({ name }) => {
  const tarball = inject("tarballs")[name]!;
  let folder: string;
  let files: readonly string[];
  let manifest: { exports?: object; dependencies?: Record<string, string>; peerDependencies?: Record<string, string> };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tarball-"));
    run(folder, "tar", "--extract", "--strip-components=1", "--file", tarball);
    files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("publint finds nothing", () => {
    expect(run(folder, join(bin, "publint"), "--strict", tarball)).toContain("All good!");
  });

  test("its types resolve", ({ skip }) => {
    skip(!JSON.stringify(manifest.exports).includes(".d.ts"), "it has no types");
    run(folder, join(bin, "attw"), "--profile", "esm-only", "--quiet", tarball);
  });

  test("holds no tests, and the license", () => {
    expect(files).toContain("LICENSE");
    // a project that is made of a template has tests
    const own = files.filter((file) => !/^template(-chat)?\//.test(file));
    const unwanted = /\.test(-d)?\.|\.bench\.|(^|\/)(test|testing|fixtures|node_modules)\/|\.tsbuildinfo$|\.db$/;
    expect(own.filter((file) => unwanted.test(file))).toEqual([]);
  });

  test("its maps lead to sources that are there", () => {
    for (const map of files.filter((file) => /\.(js|d\.ts)\.map$/.test(file))) {
      const { sources } = JSON.parse(readFileSync(join(folder, map), "utf8")) as { sources: string[] };
      for (const source of sources) expect(files).toContain(normalize(join(dirname(map), source)));
    }
  });

  test("says under which terms and on which Node, and depends on no address of the workspace", () => {
    expect(manifest).toMatchObject({ license: "MIT", type: "module", engines: { node: expect.any(String) } });
    const ranges = Object.values({ ...manifest.dependencies, ...manifest.peerDependencies });
    expect(ranges.filter((range) => /:/.test(range))).toEqual([]);
  });
});
