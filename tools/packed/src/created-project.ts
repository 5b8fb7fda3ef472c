/** A project that the packed `create-millrace` has made, with the packed packages installed. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject } from "vitest";
import { npmInstall, run } from "./run.js";

export interface CreateOptions {
  /** The folder that it is made in. */
  readonly within: string;
  readonly flags: readonly string[];
}

/** Answers its folder. */
export function createdProject(name: string, { within, flags }: CreateOptions): string {
  const modules = join(inject("project"), "node_modules");
  const folder = join(inject("project"), within);
  mkdirSync(folder);
  run(folder, process.execPath, join(modules, "create-millrace/dist/bin.js"), name, "--yes", "--no-install", ...flags);
  const home = join(folder, name);
  installPacked(home, modules);
  return home;
}

/** Installs what package.json names, the packages of the workspace from their tarballs. */
function installPacked(home: string, lent: string): void {
  const file = join(home, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  const tarballs = Object.fromEntries(Object.entries(inject("tarballs")).map(([name, path]) => [name, `file:${path}`]));
  for (const dependencies of [manifest.dependencies, manifest.devDependencies]) {
    for (const name of Object.keys(dependencies)) dependencies[name] = tarballs[name] ?? dependencies[name];
  }
  const unnamed = Object.entries(tarballs).filter(
    ([name]) => !manifest.dependencies[name] && !manifest.devDependencies[name],
  );
  writeFileSync(file, JSON.stringify({ ...manifest, overrides: Object.fromEntries(unnamed) }, null, 2));
  npmInstall(home, "--ignore-scripts");
  // it takes a minute to compile: the one that the other project has is put in its place
  const driver = "better-sqlite3/build/Release/better_sqlite3.node";
  expect(existsSync(join(lent, driver))).toBe(true);
  cpSync(join(lent, driver), join(home, "node_modules", driver));
}

/** As a user has it: nothing of the workspace's own run. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([key]) => !/^(npm_|pnpm_|VITEST|NODE_OPTIONS|NODE_ENV|CRASH)/i.test(key),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: "1" };
}
