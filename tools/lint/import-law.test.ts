/**
 * Proves that the linter's rules about imports, circles, names and length bite: a small tree of files that break them
 * is linted with the workspace's own configuration, and each file must be answered with exactly its rules.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const restricted = "style/noRestrictedImports";
const circle = "suspicious/noImportCycles";
const use = (from: string) => `import { a } from "${from}";\n\nexport const b = a;\n`;

const lines = (count: number) => Array.from({ length: count }, (_, i) => `export const a${i} = ${i};\n`).join("");

/** Path, content, and the rules that must speak up; none: the file is right. */
const files: readonly (readonly [path: string, content: string, rules: readonly string[]])[] = [
  ["packages/core/src/errors/up.ts", use("../definition/index.js"), [restricted]],
  ["packages/core/src/definition/up.ts", use("../plan/index.js"), [restricted]],
  ["packages/core/src/plan/up.ts", use("../state/index.js"), [restricted]],
  ["packages/core/src/plan/up-picture.ts", use("../picture/index.js"), [restricted]],
  ["packages/core/src/picture/up.ts", use("../state/index.js"), [restricted]],
  ["packages/core/src/state/up.ts", use("../scheduler/index.js"), [restricted]],
  ["packages/core/src/scheduler/up.ts", use("../ports/index.js"), [restricted]],
  ["packages/core/src/ports/up.ts", use("../runtime/index.js"), [restricted]],
  ["packages/core/src/runtime/up.ts", use("../index.js"), [restricted]],
  ["packages/core/src/runtime/up-builder.ts", use("../builder/index.js"), [restricted]],
  ["packages/core/src/builder/up.ts", use("../index.js"), [restricted]],
  ["packages/core/src/builder/down.ts", use("../runtime/index.js"), []],
  ["packages/core/src/plan/up-export.ts", 'export { a } from "../state/index.js";\n', [restricted]],
  ["packages/core/src/plan/up-later.ts", 'export const later = () => import("../state/index.js");\n', [restricted]],
  ["packages/core/src/plan/up-type.ts", 'export type { A } from "../state/index.js";\n', [restricted]],
  ["packages/core/src/plan/deep/up.ts", use("../../state/index.js"), [restricted]],
  ["packages/core/src/plan/down.ts", use("../definition/index.js"), []],
  ["packages/core/src/plan/deep/down.ts", use("../../definition/index.js"), []],
  ["packages/core/src/plan/past-index.ts", use("../definition/types.js"), [restricted]],
  ["packages/core/src/plan/past-index.test.ts", use("../definition/types.js"), []],
  ["packages/core/src/runtime/sibling-package.ts", use("@millrace/sqlite"), [restricted]],
  ["packages/core/src/index.ts", use("@millrace/sqlite"), [restricted]],
  ["packages/sqlite/src/core.ts", use("millrace"), []],
  ["packages/sqlite/src/leaf.ts", use("@millrace/testing"), [restricted]],
  ["packages/ai/src/leaf.ts", use("@millrace/document"), [restricted]],
  ["packages/ai/src/document/leaf.ts", use("@millrace/document"), []],
  ["packages/ai/src/document/server.ts", use("@millrace/server"), [restricted]],
  ["packages/ai/src/answer/up.ts", use("../tools/tool.js"), [restricted]],
  ["packages/ai/src/tools/up.ts", use("../generate/generate.js"), [restricted]],
  ["packages/ai/src/tools/down.ts", use("../answer/call-ids.js"), []],
  ["packages/ai/src/tools/leaf.ts", use("@millrace/document"), [restricted]],
  ["packages/otel/src/server.ts", use("@millrace/server"), [restricted]],
  ["packages/create-millrace/src/leaf.ts", use("@millrace/cli"), [restricted]],
  ["packages/server/src/leaf.ts", use("@millrace/sqlite"), []],
  ["packages/server/src/cli.ts", use("@millrace/cli"), [restricted]],
  ["packages/server/src/host/up.ts", use("../http/index.js"), [restricted]],
  ["packages/server/src/http/up.ts", use("../create-server.js"), [restricted]],
  ["packages/server/src/http/streams.ts", use("../streams/index.js"), [restricted]],
  ["packages/server/src/streams/up.ts", use("../routes/index.js"), [restricted]],
  ["packages/server/src/routes/down.ts", use("../http/index.js"), []],
  ["packages/server/src/chat/reply/up.ts", use("../turn-feed.js"), [restricted]],
  ["packages/server/src/chat/reply/far.ts", use("../../http/index.js"), [restricted]],
  ["packages/server/src/chat/down.ts", use("./reply/index.js"), []],
  ["packages/server/src/routes/streams.ts", use("../streams/index.js"), []],
  ["packages/server/src/routes/past-index.ts", use("../http/problem.js"), [restricted]],
  ["packages/studio/src/wire.ts", use("@millrace/server"), []],
  ["packages/studio/src/leaf.ts", use("@millrace/sqlite"), [restricted]],
  ["packages/cli/src/all.ts", use("@millrace/server"), []],
  ["packages/cli/src/reach.ts", use("../../server/src/index.js"), [restricted]],
  ["packages/ai/src/circle-a.ts", 'import { b } from "./circle-b.js";\n\nexport const a = () => b;\n', [circle]],
  ["packages/ai/src/circle-b.ts", 'import { a } from "./circle-a.js";\n\nexport const b = () => a;\n', [circle]],
  ["packages/ai/src/type-a.ts", 'import type { B } from "./type-b.js";\n\nexport type A = B[];\n', [circle]],
  ["packages/ai/src/type-b.ts", 'import type { A } from "./type-a.js";\n\nexport type B = A[];\n', [circle]],
  ["packages/ai/src/CamelCase.ts", "export const a = 1;\n", ["style/useFilenamingConvention"]],
  ["packages/ai/src/long.ts", lines(301), ["style/noExcessiveLinesPerFile"]],
  ["packages/ai/src/long-enough.ts", lines(300), []],
  ["packages/ai/src/default.ts", "export default 1;\n", ["style/noDefaultExport"]],
  ["packages/ai/src/loose.ts", "export const a: any = 1;\n", ["suspicious/noExplicitAny"]],
];

const workspace = fileURLToPath(new URL("../..", import.meta.url));
let tree: string;
let found: Map<string, string[]>;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), "import-law-"));
  cpSync(join(workspace, "biome.json"), join(tree, "biome.json"));
  cpSync(join(workspace, "tools/lint/import-law.json"), join(tree, "tools/lint/import-law.json"));
  for (const [path, content] of files) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), content);
  }
  found = lint(tree);
});
afterAll(() => rmSync(tree, { recursive: true }));

describe("the linter's law", () => {
  test.each(files)("%s", (path, _content, rules) => {
    expect(found.get(path) ?? []).toEqual(rules);
  });
});

/** The rules broken by each file of a tree. What the tree has no package.json for is left out. */
function lint(root: string): Map<string, string[]> {
  const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
  const args = ["lint", "--colors=off", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none", "packages"];
  const { stdout } = spawnSync(process.execPath, [biome, ...args], { cwd: root, encoding: "utf8" });
  const report = JSON.parse(stdout.slice(stdout.indexOf("{"))) as {
    diagnostics: { category: string; location: { path: string | { file: string } } }[];
  };
  const rules = new Map<string, string[]>();
  for (const { category, location } of report.diagnostics) {
    const rule = category.replace("lint/", "");
    if (rule === "correctness/noUndeclaredDependencies") continue;
    const path = typeof location.path === "string" ? location.path : location.path.file;
    rules.set(path, [...(rules.get(path) ?? []), rule]);
  }
  return rules;
}
