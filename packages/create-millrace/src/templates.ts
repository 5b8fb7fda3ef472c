/** The files that a project is made of: those of a template of this package, with the few places that differ filled in. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a new project is about. */
export const templateNames = ["flows", "chat"] as const;
export type TemplateName = (typeof templateNames)[number];

export interface TemplateOptions {
  readonly template: TemplateName;
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

const folders: Readonly<Record<TemplateName, string>> = { flows: "template", chat: "template-chat" };

/** The files of a new project. */
export function projectFiles({ name, template, legacyDecorators }: TemplateOptions): ProjectFiles {
  const own = readFolder(folders[template]);
  const first = template === "flows" ? own : readFolder(folders.flows);
  // whatever it is about, these are the same
  const files = new Map([...own, ...["tsconfig.json", ".gitignore"].map((path) => [path, first.get(path)!] as const)]);
  files.set("package.json", manifestText({ ...templateManifest(template), name }));
  files.set("README.md", files.get("README.md")!.replace(/^# .*/, `# ${name}`));
  if (legacyDecorators) files.set("tsconfig.json", withLegacyDecorators(files.get("tsconfig.json")!));
  return files;
}

function readFolder(name: string): Map<string, string> {
  const folder = join(home, name);
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const files = new Map<string, string>();
  for (const path of paths.sort()) {
    const text = readFileSync(join(folder, path), "utf8");
    // npm takes no .gitignore into a package
    files.set(path.replaceAll("\\", "/").replace(/^_gitignore$/, ".gitignore"), text);
  }
  return files;
}

/** A template's package.json, its packages of Millrace in this release. */
export function templateManifest(template: TemplateName): Manifest {
  const read = (path: string) => JSON.parse(readFileSync(join(home, path), "utf8")) as Manifest & { version: string };
  const { version } = read("package.json");
  const manifest = read(`${folders[template]}/package.json`);
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
