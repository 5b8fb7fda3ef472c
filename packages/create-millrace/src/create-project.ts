/** A new project in a folder of its own. */
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { FlowError } from "millrace";
import { type ProjectFiles, projectFiles, type TemplateName } from "./templates.js";

export interface CreateOptions {
  /** Made if it is not there. */
  readonly folder: string;
  /** The package's name. @default made of the folder's */
  readonly name?: string;
  /** `"flows"`: a class and a document that run at once; `"chat"`: a chat with a language model, and its server. @default "flows" */
  readonly template?: TemplateName;
  /** With `experimentalDecorators` instead of standard decorators. @default false */
  readonly legacyDecorators?: boolean;
  /** Into a folder that is not empty, over files that it has. @default false */
  readonly force?: boolean;
}

export interface CreatedProject {
  /** Absolute. */
  readonly folder: string;
  readonly name: string;
  /** Paths from the folder. */
  readonly files: readonly string[];
}

/** What a new project's folder may hold already. */
const harmless = new Set([".git", ".DS_Store", "LICENSE"]);

/**
 * Writes a small project that runs at once: a flow, a test, scripts.
 * @throws {FlowError} CREATE_FOLDER_INVALID – the folder is not empty, is a file, or can't be written
 *
 * @example
 * createProject({ folder: "my-flows" }).files; // => ["README.md", "package.json", …]
 */
export function createProject({
  folder,
  name,
  template = "flows",
  legacyDecorators = false,
  force = false,
}: CreateOptions): CreatedProject {
  const home = resolve(folder);
  if (!force) checkEmpty(home);
  const files = projectFiles({ name: name ?? packageName(basename(home)), template, legacyDecorators });
  writeFiles(home, files);
  return { folder: home, name: name ?? packageName(basename(home)), files: [...files.keys()] };
}

/** A name that npm takes, made of any text. */
export function packageName(text: string): string {
  const name = text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9-_.]+/g, "-")
    .replace(/^[-_.]+|[-_.]+$/g, "")
    .slice(0, 200);
  return name || "my-flows";
}

/** Writes files, with the folders that they stand in. @throws {FlowError} CREATE_FOLDER_INVALID – one can't be written */
export function writeFiles(home: string, files: ProjectFiles): void {
  for (const [path, text] of files) {
    const file = join(home, path);
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    } catch (cause) {
      throw new FlowError("CREATE_FOLDER_INVALID", `${file} can't be written: ${(cause as Error).message}`, {
        hint: "Choose another folder, or see to the right to write there.",
        details: { folder: home },
        cause,
      });
    }
  }
}

function checkEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) {
    throw new FlowError("CREATE_FOLDER_INVALID", `${folder} is a file.`, {
      hint: "Choose another name.",
      details: { folder },
    });
  }
  const there = readdirSync(folder).filter((name) => !harmless.has(name));
  if (there.length === 0) return;
  const [first, ...more] = there;
  const others = more.length > 0 ? ` and ${more.length} more` : "";
  throw new FlowError("CREATE_FOLDER_INVALID", `${folder} is not empty: it has ${first}${others}.`, {
    hint: "Choose an empty folder, add flows to a project by `millrace init`, or write over it with --force.",
    details: { folder },
  });
}
