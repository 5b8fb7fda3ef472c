/** Millrace in a project that is there already. Nothing that it has is written over. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { FlowError } from "millrace";
import { writeFiles } from "./create-project.js";
import { manifestText, projectFiles, templateManifest } from "./templates.js";

export interface AddedToProject {
  /** Absolute. */
  readonly folder: string;
  readonly written: readonly string[];
  /** Files of the template that the project has, and that were left as they are. */
  readonly kept: readonly string[];
  /** Packages that package.json names from now on. */
  readonly added: readonly string[];
}

interface Manifest {
  readonly type?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** What a project has its own of. */
const onlyNew = new Set(["README.md", ".gitignore", "package.json"]);

/**
 * Adds a flow with its test, a config, a tsconfig where there is none, scripts and packages.
 * @throws {FlowError} CREATE_FOLDER_INVALID – there is no package.json, it can't be read, or files can't be written
 */
export function addToProject(given: string): AddedToProject {
  const folder = resolve(given);
  const text = readManifest(folder);
  const template = projectFiles({ name: "", template: "flows", legacyDecorators: false });
  const wanted = [...template].filter(([path]) => !onlyNew.has(path));
  const kept = wanted.filter(([path]) => existsSync(join(folder, path))).map(([path]) => path);
  const files = new Map(wanted.filter(([path]) => !kept.includes(path)));
  const { manifest, added } = merged(text, folder);
  if (manifest !== undefined) files.set("package.json", manifest);
  const ignored = withIgnored(folder);
  if (ignored !== undefined) files.set(".gitignore", ignored);
  writeFiles(folder, files);
  return { folder, written: [...files.keys()], kept, added };
}

function readManifest(folder: string): string {
  try {
    return readFileSync(join(folder, "package.json"), "utf8");
  } catch (cause) {
    throw new FlowError("CREATE_FOLDER_INVALID", `${folder} has no package.json.`, {
      hint: "Go to a project's folder, or make a new project: npm create millrace@latest my-flows",
      details: { folder },
      cause,
    });
  }
}

/** package.json with what is missing, in its own style; `manifest` is absent where nothing is. */
function merged(text: string, folder: string): { readonly manifest?: string; readonly added: readonly string[] } {
  const own = parsed(text, folder);
  const template = templateManifest("flows");
  const missing = (wanted: Readonly<Record<string, string>>, ...there: readonly (object | undefined)[]) =>
    Object.fromEntries(Object.entries(wanted).filter(([name]) => !there.some((names) => names && name in names)));
  const dependencies = missing(template.dependencies, own.dependencies, own.devDependencies);
  const devDependencies = missing(template.devDependencies, own.dependencies, own.devDependencies);
  const scripts = missing({ test: template.scripts.test!, typecheck: template.scripts.typecheck! }, own.scripts);
  if (own.scripts?.test?.includes("no test specified")) scripts.test = template.scripts.test!;
  const added = [...Object.keys(dependencies), ...Object.keys(devDependencies)];
  // code that is there may be CommonJS, which this would break; flows run as either
  const type = own.type ?? (hasCode(folder) ? undefined : "module");
  if (added.length + Object.keys(scripts).length === 0 && type === own.type) return { added };
  const whole = {
    ...own,
    ...(type !== undefined && { type }),
    scripts: { ...own.scripts, ...scripts },
    dependencies: sorted({ ...own.dependencies, ...dependencies }),
    devDependencies: sorted({ ...own.devDependencies, ...devDependencies }),
  };
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? "  ";
  return { manifest: manifestText(whole).replace(/^ +/gm, (spaces) => indent.repeat(spaces.length / 2)), added };
}

/** Whether a program stands in the project, or in a folder of it. */
function hasCode(folder: string): boolean {
  const entries = readdirSync(folder, { withFileTypes: true });
  const folders = entries.filter(
    (one) => one.isDirectory() && one.name !== "node_modules" && !one.name.startsWith("."),
  );
  const files = [...entries.map(({ name }) => name), ...folders.flatMap(({ name }) => readdirSync(join(folder, name)))];
  return files.some((name) => /\.[jt]sx?$/.test(name));
}

function parsed(text: string, folder: string): Manifest {
  try {
    const manifest: unknown = JSON.parse(text);
    if (typeof manifest === "object" && manifest !== null && !Array.isArray(manifest)) return manifest;
    throw new Error("it holds no object");
  } catch (cause) {
    throw new FlowError("CREATE_FOLDER_INVALID", `package.json can't be read: ${(cause as Error).message}`, {
      hint: "Mend it first.",
      details: { folder },
      cause,
    });
  }
}

function withIgnored(folder: string): string | undefined {
  const file = join(folder, ".gitignore");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (/^\/?\.millrace\/?$/m.test(text)) return undefined;
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}.millrace/\n`;
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
