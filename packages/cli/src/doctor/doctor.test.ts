import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SqlitePersistence } from "@millrace/sqlite";
import { Flow, start } from "millrace";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Project } from "../project/open-project.js";
import { databaseFindings } from "./database.js";
import type { Finding } from "./finding.js";
import { modelFindings } from "./models.js";
import { nodeFinding, packageFindings } from "./packages.js";
import { typescriptFindings } from "./typescript.js";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "doctor-")));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
}

const pack = (name: string, version: string, under = "") =>
  write({ [`${under}node_modules/${name}/package.json`]: { name, version } });
const said = (findings: readonly Finding[], status: Finding["status"]) =>
  findings.filter((one) => one.status === status).map(({ message }) => message.replaceAll(root, "~"));

test.each([
  ["20.18.0", "fail"],
  ["18.20.0", "fail"],
  ["20.19.0", "ok"],
  ["26.0.0", "ok"],
])("Node %s: %s", (version, status) => {
  expect(nodeFinding(version).status).toBe(status);
});

describe("models", () => {
  const project = (dependencies: Readonly<Record<string, string>>) => write({ "package.json": { dependencies } });

  test("are looked into where they are asked", () => {
    expect(modelFindings(root, {})).toEqual([]);
    pack("@millrace/ai", "0.1.0");
    expect(said(modelFindings(root, {}), "fail")).toEqual(["@millrace/ai is there, the AI SDK is not."]);
    pack("ai", "4.3.0");
    expect(said(modelFindings(root, {}), "fail")).toEqual(["ai is 4.3.0."]);
  });

  test("need the keys of the providers that the project names", () => {
    pack("@millrace/ai", "0.1.0");
    pack("ai", "6.0.1");
    pack("@ai-sdk/openai", "3.0.1");
    pack("@ai-sdk/gateway", "3.0.1");
    project({ "@ai-sdk/openai": "^3.0.0", "@ai-sdk/anthropic": "^3.0.0", "@ai-sdk/openai-compatible": "^2.0.0" });
    const found = modelFindings(root, {});
    expect(said(found, "warn")).toEqual(["OPENAI_API_KEY is not set: models of @ai-sdk/openai have no key by it."]);
    expect(said(found, "ok")).toEqual(["ai 6.0.1, @ai-sdk/openai 3.0.1"]);
    expect(said(modelFindings(root, { OPENAI_API_KEY: "sk-1" }), "warn")).toEqual([]);
    expect(JSON.stringify(modelFindings(root, { OPENAI_API_KEY: "sk-1" }))).not.toContain("sk-1");
  });
});

describe("packages", () => {
  test("that fit are told", () => {
    pack("millrace", "0.3.1");
    pack("@millrace/sqlite", "0.3.0");
    pack("zod", "4.6.7");
    expect(packageFindings(root, undefined)).toEqual([
      { about: "packages", status: "ok", message: "millrace 0.3.1, @millrace/sqlite 0.3.0" },
    ]);
  });

  test("that do not fit, and copies, are warned of", () => {
    pack("millrace", "0.3.1");
    pack("@millrace/sqlite", "0.2.0");
    pack("millrace", "0.2.0", "node_modules/@millrace/sqlite/");
    pack("zod", "3.25.0");
    const findings = packageFindings(root, undefined);
    expect(said(findings, "warn")).toEqual([
      "millrace is 0.3.1, but @millrace/sqlite 0.2.0.",
      "There are 2 copies of millrace: ~/node_modules/millrace (of ~); ~/node_modules/@millrace/sqlite/node_modules/millrace (of @millrace/sqlite).",
    ]);
    expect(said(findings, "fail")).toEqual(["zod is 3.25.0."]);
  });

  test("none at all", () => {
    expect(said(packageFindings(root, undefined), "warn")).toEqual(["This project has no package millrace."]);
  });
});

describe("TypeScript", () => {
  const tsconfig = (compilerOptions: object) => write({ "tsconfig.json": { compilerOptions } });

  test("both dialects are fine", () => {
    pack("typescript", "6.0.3");
    tsconfig({ strict: true, target: "ES2022" });
    expect(said(typescriptFindings(root), "ok")).toEqual(["TypeScript 6.0.3", "standard decorators (~/tsconfig.json)"]);
    tsconfig({ strict: true, experimentalDecorators: true });
    expect(said(typescriptFindings(root), "ok")[1]).toBe("experimentalDecorators (~/tsconfig.json)");
  });

  test.each([
    ["an old compiler", () => pack("typescript", "5.4.0"), "TypeScript is 5.4.0."],
    [
      "decorators that stay",
      () => tsconfig({ strict: true, target: "ESNext" }),
      "~/tsconfig.json has the target ESNext.",
    ],
    ["loose edges", () => tsconfig({}), "~/tsconfig.json is not strict."],
    ["oxc", () => pack("vite", "8.1.0"), "vite 8.1.0 can't compile standard decorators."],
    [
      "a bundler that renames",
      () => write({ "package.json": { scripts: { build: "esbuild a.ts --bundle" } } }),
      'The script "build" lets esbuild rename classes.',
    ],
  ])("%s", (_name, make, message) => {
    make();
    const found = typescriptFindings(root);
    expect(said(found, "warn")).toContain(message);
    for (const { status, hint } of found) if (status !== "ok") expect(hint).toBeTruthy();
  });

  test("oxc is no harm where decorators are the older ones, or esbuild is told", () => {
    pack("vite", "8.1.0");
    tsconfig({ strict: true, experimentalDecorators: true });
    expect(said(typescriptFindings(root), "warn").join()).not.toContain("vite");
    tsconfig({ strict: true });
    write({ "vite.config.js": 'import { transform } from "esbuild";' });
    expect(said(typescriptFindings(root), "warn").join()).not.toContain("vite");
  });

  test("a tsconfig that can't be read fails", () => {
    write({ "tsconfig.json": { extends: "./nowhere.json" } });
    expect(said(typescriptFindings(root), "fail")[0]).toContain("can't be read");
  });
});

describe("the database", () => {
  const project = (config: Project["config"] = {}) => ({ root, config, database: join(root, "runs.db") }) as Project;
  class Hello extends Flow {
    @start() greet() {}
  }

  test("is made by the first run", async () => {
    expect(said(await databaseFindings(project()), "ok")).toEqual([
      "~/runs.db is not there yet: the first run makes it",
    ]);
  });

  test("tells its runs", async () => {
    const persistence = new SqlitePersistence(join(root, "runs.db"));
    await new Hello({ persistence }).kickoff();
    await persistence.close();
    const findings = await databaseFindings(project());
    expect(said(findings, "fail")).toEqual([]);
    expect(said(findings, "ok")[0]).toMatch(/^~\/runs\.db: \d+ KB, 1 completed$/);
  });

  test("that is none fails", async () => {
    write({
      "runs.db": "not a database, and long enough to be read as one by whoever looks at its header of a hundred bytes",
    });
    expect(said(await databaseFindings(project()), "fail")).toHaveLength(1);
  });
});
