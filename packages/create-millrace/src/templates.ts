/** The files that a project is made of: `template/` of this package, with the few places that differ filled in. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface TemplateOptions {
  readonly name: string;
  readonly legacyDecorators: boolean;
}

/** Paths from the project's folder, with `/`, and what the files hold. */
export type ProjectFiles = ReadonlyMap<string, string>;

interface Manifest {
  name: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

// the same from src/ and from dist/
const home = fileURLToPath(new URL("..", import.meta.url));

/** The files of a new project. */
export function projectFiles({ name, legacyDecorators }: TemplateOptions): ProjectFiles {
  const folder = join(home, "template");
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const files = new Map<string, string>();
  for (const path of paths.sort()) {
    const text = readFileSync(join(folder, path), "utf8");
    // npm takes no .gitignore into a package
    files.set(path.replaceAll("\\", "/").replace(/^_gitignore$/, ".gitignore"), text);
  }
  files.set("package.json", manifestText({ ...templateManifest(), name }));
  files.set("README.md", files.get("README.md")!.replace(/^# .*/, `# ${name}`));
  if (legacyDecorators) files.set("tsconfig.json", withLegacyDecorators(files.get("tsconfig.json")!));
  return files;
}

/** The template's package.json, its packages of Millrace in this release. */
export function templateManifest(): Manifest {
  const read = (path: string) => JSON.parse(readFileSync(join(home, path), "utf8")) as Manifest & { version: string };
  const { version } = read("package.json");
  const manifest = read("template/package.json");
  for (const dependencies of [manifest.dependencies, manifest.devDependencies]) {
    for (const name of Object.keys(dependencies)) {
      if (/^(@millrace\/|millrace$)/.test(name)) dependencies[name] = `^${version}`;
    }
  }
  return manifest;
}

export function manifestText(manifest: object): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function withLegacyDecorators(tsconfig: string): string {
  return tsconfig.replace('"strict": true,', '"experimentalDecorators": true,\n    "strict": true,');
}
