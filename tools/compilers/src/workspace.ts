/**
 * A folder as an author has it: fixtures beside a node_modules whose `millrace` is nothing but the emitted declarations. Not
 * the sources, because their own errors are none of an author's.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tsc } from "./compile.js";

const here = fileURLToPath(new URL("..", import.meta.url));
const core = join(here, "../../packages/core");

export interface Workspace {
  readonly folder: string;
  remove(): Promise<void>;
}

export async function makeWorkspace(): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-types-"));
  const modules = join(folder, "node_modules");
  const millrace = join(modules, "millrace");
  await mkdir(join(modules, "@types"), { recursive: true });
  await mkdir(millrace);
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await cp(join(core, "package.json"), join(millrace, "package.json"));
  const { dependencies } = JSON.parse(await readFile(join(core, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) await symlink(join(core, "node_modules", name), join(modules, name));
  await symlink(join(here, "node_modules/@types/node"), join(modules, "@types/node"));
  await cp(join(here, "fixtures"), join(folder, "fixtures"), { recursive: true });
  await tsc(
    "6.0",
    ["-p", join(core, "tsconfig.build.json"), "--emitDeclarationOnly", "--outDir", join(millrace, "dist")],
    core,
  );
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The fixtures of a folder, relative to the workspace. */
export async function fixturesIn({ folder }: Workspace, name: string): Promise<string[]> {
  const files = await readdir(join(folder, "fixtures", name));
  return files.filter((file) => file.endsWith(".ts")).map((file) => `fixtures/${name}/${file}`);
}
