/**
 * Set-up of all checks: packs every public package as it would be published and installs the tarballs with npm into an
 * empty project, as a user would.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { publicPackages, workspace } from "./public-packages.js";
import { npmInstall, run } from "./run.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Tarballs by package name. */
    tarballs: Readonly<Record<string, string>>;
    /** The project that has all of them installed. */
    project: string;
  }
}

let folder: string;

export function setup(vitest: TestProject): void {
  folder = mkdtempSync(join(tmpdir(), "packed-"));
  const tarballs = Object.fromEntries(publicPackages().map(({ name, folder: from }) => [name, pack(from, folder)]));
  vitest.provide("tarballs", tarballs);
  vitest.provide("project", install(tarballs, join(folder, "project")));
}

export function teardown(): void {
  rmSync(folder, { recursive: true });
}

function pack(from: string, to: string): string {
  const { filename } = JSON.parse(run(from, "pnpm", "pack", "--json", "--pack-destination", to));
  return filename as string;
}

function install(tarballs: Readonly<Record<string, string>>, project: string): string {
  const own = Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [name, `file:${file}`]));
  const { devDependencies } = JSON.parse(readFileSync(join(workspace, "package.json"), "utf8"));
  const { vite, vitest, tsx, typescript, "@types/node": nodeTypes } = devDependencies;
  const manifest = {
    name: "empty-project",
    private: true,
    type: "module",
    dependencies: { ...own, zod: "^4.0.0" },
    devDependencies: { vite, vitest, tsx, typescript, "@types/node": nodeTypes },
    overrides: { vite: "$vite", "better-sqlite3": driverVersion() },
  };
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest, null, 2));
  npmInstall(project, "--ignore-scripts");
  lendDriver(project);
  return project;
}

const driver = join(workspace, "packages/sqlite/node_modules/better-sqlite3");

function driverVersion(): string {
  return JSON.parse(readFileSync(join(driver, "package.json"), "utf8")).version;
}

/** The SQLite driver takes a minute to compile: the one that the workspace has compiled is put in its place. */
function lendDriver(project: string): void {
  const built = "build/Release/better_sqlite3.node";
  cpSync(join(driver, built), join(project, "node_modules/better-sqlite3", built));
}
