/**
 * docs/getting-started.md, command by command: a project is made by the packed `create-millrace`, the packed packages are installed
 * into it, and each line of the page's shell blocks is run. `# prints: …` must be printed, `# killed` must be what happens.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { workspace } from "./public-packages.js";
import { run } from "./run.js";

const page = readFileSync(join(workspace, "docs/getting-started.md"), "utf8");
const lines = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block]) => block!.trim().split("\n"));
/** The first ones make the project, which is done here with what was packed. */
const [create, enter, ...commands] = lines;

describe.each([
  ["standard", []],
  ["legacy", ["--legacy-decorators"]],
] as const)("a new project with %s decorators", (dialect, flags) => {
  let home: string;
  beforeAll(() => {
    const modules = join(inject("project"), "node_modules");
    const folder = join(inject("project"), `created-${dialect}`);
    mkdirSync(folder);
    run(
      folder,
      process.execPath,
      join(modules, "create-millrace/dist/bin.js"),
      "my-flows",
      "--yes",
      "--no-install",
      ...flags,
    );
    home = join(folder, "my-flows");
    installPacked(home, modules);
  });

  test("the page begins by making it", () => {
    expect([create, enter]).toEqual(["npm create millrace@latest my-flows -- --yes", "cd my-flows"]);
  });

  test.each(commands)("%s", (line) => {
    const [command = "", said = ""] = line.split(/ # (?=prints: |killed)/);
    const { status, stdout, stderr } = spawnSync("bash", ["-c", command], {
      cwd: home,
      encoding: "utf8",
      env: plain(),
    });
    // a shell tells a process that was killed by 128 + 9
    expect({ status, stderr }).toMatchObject({ status: said === "killed" ? 137 : 0 });
    if (said.startsWith("prints: ")) expect(stdout).toContain(said.slice("prints: ".length));
  });
});

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
  run(home, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
  // it takes a minute to compile: the one that the other project has is put in its place
  const driver = "better-sqlite3/build/Release/better_sqlite3.node";
  expect(existsSync(join(lent, driver))).toBe(true);
  cpSync(join(lent, driver), join(home, "node_modules", driver));
}

function plain(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([key]) => !/^(npm_|pnpm_|VITEST|NODE_OPTIONS|NODE_ENV|CRASH)/i.test(key),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: "1" };
}
