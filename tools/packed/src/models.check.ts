/** The packed packages beside each major of "ai" that they name as their peer: types are checked, and a program is run. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, inject, test } from "vitest";
import { npmInstall, run } from "./run.js";

const fixture = fileURLToPath(new URL("../fixtures/models", import.meta.url));

/** What is wrong with the library's own types, and how it goes on. */
const theirs = /^(node_modules\/(ai|@ai-sdk)\/|\s)/;

test.each([
  ["5", "1"],
  ["6", "2"],
  ["7", "3"],
])("ai %s", (ai, provider) => {
  const home = join(inject("project"), "..", `ai-${ai}`);
  const lent = (path: string) => join(inject("project"), "node_modules", path);
  mkdirSync(home);
  cpSync(fixture, home, { recursive: true });
  const { millrace, "@millrace/ai": own } = inject("tarballs");
  const dependencies = {
    millrace: `file:${millrace}`,
    "@millrace/ai": `file:${own}`,
    ai,
    "@ai-sdk/openai-compatible": provider,
    zod: "^4.1.8",
  };
  writeFileSync(join(home, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
  // the newest major asks for a newer Node, and is known to run on this one
  npmInstall(home, "--ignore-scripts", "--engine-strict=false");
  const compilerOptions = { target: "ES2022", module: "NodeNext", strict: true, types: [], outDir: "dist" };
  writeFileSync(join(home, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["main.ts"] }));
  const { stdout } = spawnSync(process.execPath, [lent("typescript/bin/tsc"), "-p", "."], {
    cwd: home,
    encoding: "utf8",
  });
  expect(stdout.split("\n").filter((line) => line !== "" && !theirs.test(line))).toEqual([]);
  expect(JSON.parse(run(home, process.execPath, "dist/main.js"))).toEqual({ sky: "blue", calls: 1 });
});
