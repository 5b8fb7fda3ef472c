/** A small flow of a user, in a project that has the packed packages installed: in both dialects, run in every way. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { npmInstall, run } from "./run.js";

const fixture = fileURLToPath(new URL("../fixtures/project", import.meta.url));
const node = process.execPath;
const printed = { status: "completed", rounds: 2, resumed: "longer" };

describe.each([
  ["standard", {}],
  ["legacy", { experimentalDecorators: true }],
])("%s decorators", (dialect, options) => {
  let home: string;
  let tool: (path: string) => string;
  beforeAll(() => {
    home = join(inject("project"), dialect);
    tool = (path) => join(inject("project"), "node_modules", path);
    cpSync(fixture, home, { recursive: true });
    const compilerOptions = {
      target: "ES2022",
      module: "NodeNext",
      strict: true,
      types: ["node"],
      outDir: "dist",
      ...options,
    };
    writeFileSync(join(home, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  });

  test("run by tsx", () => {
    expect(JSON.parse(run(home, node, tool("tsx/dist/cli.mjs"), "main.ts"))).toEqual(printed);
  });

  test("run by the command, from another folder", () => {
    const cli = (...args: string[]) =>
      JSON.parse(run(inject("project"), node, tool("@millrace/cli/dist/bin.js"), ...args));
    const flow = join(home, "flow.ts");
    const database = join(home, "cli.db");
    const done = cli("run", flow, "--input", "topic=rivers", "--database", database, "--json");
    expect(done).toMatchObject({ ok: true, status: "completed", state: { topic: "rivers", rounds: 2 } });
    expect(cli("resume", done.id, "--flow", flow, "--database", database, "--json")).toMatchObject({
      ok: true,
      id: done.id,
    });
  });

  test("compiled by tsc, types of our packages checked too, and run by node", () => {
    run(home, node, tool("typescript/bin/tsc"), "-p", ".");
    const elsewhere = join(home, "elsewhere");
    mkdirSync(elsewhere);
    expect(JSON.parse(run(elsewhere, node, join(home, "dist/main.js")))).toEqual(printed);
  });

  test("tested by vitest", () => {
    expect(run(home, node, tool("vitest/vitest.mjs"), "run", "flow.test.ts")).toContain("1 passed");
  });
});

test("every package can be imported", () => {
  for (const name of Object.keys(inject("tarballs"))) {
    const keys = run(
      inject("project"),
      node,
      "--input-type=module",
      "--eval",
      `console.log(Object.keys(await import("${name}")))`,
    );
    expect(keys.trim()).not.toBe("[]");
  }
});

test("the core stands alone, and loads from CommonJS too", () => {
  const project = mkdtempSync(join(tmpdir(), "core-alone-"));
  try {
    writeFileSync(join(project, "package.json"), '{ "private": true }');
    npmInstall(project, inject("tarballs").millrace!);
    expect(run(project, node, "--eval", 'console.log(typeof require("millrace").Flow)').trim()).toBe("function");
  } finally {
    rmSync(project, { recursive: true });
  }
});

test.each(["esm", "cjs"])("bundled to one file as %s it runs and draws where nothing is installed", (format) => {
  const home = join(inject("project"), `bundled-${format}`);
  const elsewhere = mkdtempSync(join(tmpdir(), "bundled-"));
  try {
    mkdirSync(home);
    const flow = "class Tiny extends Flow { @start() one() { return 1; } }";
    const main = `new Tiny().kickoff().then(({ status }) => console.log(status, Tiny.plot({ format: "svg" }).slice(0, 4)));`;
    writeFileSync(join(home, "main.ts"), `import { Flow, start } from "millrace";\n${flow}\n${main}\n`);
    const file = join(elsewhere, format === "esm" ? "main.mjs" : "main.cjs");
    const esbuild = join(inject("project"), "node_modules/esbuild/bin/esbuild");
    const options = ["--bundle", "--platform=node", "--target=es2022", "--log-level=error"];
    run(home, node, esbuild, "main.ts", ...options, `--format=${format}`, `--outfile=${file}`);
    expect(run(elsewhere, node, file).trim()).toBe("completed <svg");
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});
