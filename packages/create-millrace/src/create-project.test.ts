import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FlowError } from "millrace";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addToProject } from "./add-to-project.js";
import { createProject, packageName } from "./create-project.js";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "create-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const read = (...path: string[]) => readFileSync(join(home, ...path), "utf8");
const codeOf = (act: () => unknown) => {
  try {
    act();
    return "none";
  } catch (error) {
    return FlowError.is(error) ? error.code : error;
  }
};

test("a project has all its files, and packages of this release", () => {
  const { files, name } = createProject({ folder: join(home, "My Flows!") });
  expect(name).toBe("my-flows");
  expect(files).toEqual([
    "README.md",
    ".gitignore",
    "millrace.config.ts",
    "package.json",
    "src/greet.test.ts",
    "src/greet.yaml",
    "src/review.test.ts",
    "src/review.ts",
    "tsconfig.json",
  ]);
  const manifest = JSON.parse(read("My Flows!", "package.json"));
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  expect(manifest).toMatchObject({ name: "my-flows", dependencies: { millrace: `^${version}` } });
  expect(read("My Flows!", ".gitignore")).toContain(".millrace/");
  expect(read("My Flows!", "README.md")).toMatch(/^# my-flows\n/);
  expect(read("My Flows!", "tsconfig.json")).not.toContain("experimentalDecorators");
});

test("a chat: files of its own, settings as everywhere", () => {
  const { files } = createProject({ folder: join(home, "talk"), template: "chat" });
  expect(files).toEqual([
    "README.md",
    "millrace.config.ts",
    "package.json",
    "src/model.ts",
    "src/stand-in.ts",
    "src/support.test.ts",
    "src/support.ts",
    "tsconfig.json",
    ".gitignore",
  ]);
  expect(JSON.parse(read("talk", "package.json"))).toMatchObject({
    name: "talk",
    scripts: { start: "millrace chat Support" },
  });
  expect(read("talk", "README.md")).toMatch(/^# talk\n/);
});

test("the older decorators are one line of its tsconfig", () => {
  createProject({ folder: join(home, "a"), legacyDecorators: true });
  expect(JSON.parse(read("a", "tsconfig.json")).compilerOptions.experimentalDecorators).toBe(true);
});

test("a folder that holds something is refused, and left as it is", () => {
  writeFileSync(join(home, "notes.txt"), "mine");
  expect(codeOf(() => createProject({ folder: home }))).toBe("CREATE_FOLDER_INVALID");
  expect(readdirSync(home)).toEqual(["notes.txt"]);
  expect(codeOf(() => createProject({ folder: join(home, "notes.txt") }))).toBe("CREATE_FOLDER_INVALID");
  expect(codeOf(() => createProject({ folder: join(home, "notes.txt/inside") }))).toBe("CREATE_FOLDER_INVALID");
  createProject({ folder: home, force: true });
  expect(read("notes.txt")).toBe("mine");
  mkdirSync(join(home, "fresh/.git"), { recursive: true });
  expect(codeOf(() => createProject({ folder: join(home, "fresh") }))).toBe("none");
});

test.each([
  ["My App", "my-app"],
  ["..", "my-flows"],
  ["Über Größe", "u-ber-gro-e"],
  ["@scope/x", "scope-x"],
  ["", "my-flows"],
])("the name %j becomes %j", (text, name) => {
  expect(packageName(text)).toBe(name);
});

test("a project that is there is added to, nothing of it is written over", () => {
  const manifest = { name: "shop", scripts: { test: "jest" }, dependencies: { zod: "^4.0.0", express: "5" } };
  writeFileSync(join(home, "package.json"), JSON.stringify(manifest, null, 4));
  writeFileSync(join(home, "tsconfig.json"), "{}");
  writeFileSync(join(home, ".gitignore"), "dist");
  const { written, kept, added } = addToProject(home);
  expect(kept).toEqual(["tsconfig.json"]);
  expect(written).toEqual([
    "millrace.config.ts",
    "src/greet.test.ts",
    "src/greet.yaml",
    "src/review.test.ts",
    "src/review.ts",
    "package.json",
    ".gitignore",
  ]);
  expect(added).toContain("millrace");
  expect(added).not.toContain("zod");
  expect(read("tsconfig.json")).toBe("{}");
  expect(read(".gitignore")).toBe("dist\n.millrace/\n");
  const merged = JSON.parse(read("package.json"));
  expect(merged).toMatchObject({ name: "shop", type: "module", scripts: { test: "jest", typecheck: "tsc" } });
  expect(merged.dependencies).toMatchObject({ zod: "^4.0.0", express: "5" });
  expect(read("package.json")).toContain('\n    "name"');

  expect(addToProject(home)).toMatchObject({ written: [], added: [] });
});

test.each([
  ["index.js", {}, undefined],
  ["src/app.ts", {}, undefined],
  ["node_modules/a/index.js", {}, "module"],
  ["index.js", { type: "commonjs" }, "commonjs"],
] as const)("what stands in %s stays the kind of module that it is", (file, own, type) => {
  mkdirSync(join(home, file, ".."), { recursive: true });
  writeFileSync(join(home, file), "");
  writeFileSync(join(home, "package.json"), JSON.stringify({ name: "shop", ...own }));
  addToProject(home);
  expect(JSON.parse(read("package.json")).type).toBe(type);
});

test("where no project is, nothing is added", () => {
  expect(codeOf(() => addToProject(home))).toBe("CREATE_FOLDER_INVALID");
  writeFileSync(join(home, "package.json"), "[1");
  expect(codeOf(() => addToProject(home))).toBe("CREATE_FOLDER_INVALID");
  expect(existsSync(join(home, "src"))).toBe(false);
});
