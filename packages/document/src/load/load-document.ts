/** The way from files to flow classes: read, check, import what steps refer to, lower. All problems are told at once. */
import { realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type DefinedFlow, FlowError } from "millrace";
import { lowerFlows } from "../lower/lower-flows.js";
import { Problems } from "../problems/index.js";
import type { StepType } from "../step-type.js";
import { builtinStepTypes } from "../steps/index.js";
import { type ExportsOf, findExportsOf } from "./check-reference.js";
import type { DocumentFlow } from "./document-flow.js";
import type { Env } from "./interpolate.js";
import { namedFiles } from "./named-files.js";
import type { ImportModule } from "./project.js";
import { FileReader } from "./read-files.js";
import { readSections } from "./sections.js";

export interface DocumentOptions {
  /** Step types beside the built-in ones; one of the same name takes the place of a built-in one. */
  readonly stepTypes?: readonly StepType[];
  /** What `${NAME}` stands for. @default the environment of the process */
  readonly env?: Env;
  /** The project's folder: nothing outside of it is read or imported. @default the folder of the first document */
  readonly root?: string;
}

export interface LoadOptions extends DocumentOptions {
  /** Imports a module by its URL. @default import() */
  readonly importModule?: ImportModule;
}

export interface LoadedDocument {
  /** As the document calls itself. */
  readonly name?: string;
  readonly description?: string;
  /** Flow classes by id. */
  readonly flows: Readonly<Record<string, DefinedFlow>>;
  /** The same with what is known of each, in the order of the documents. */
  readonly list: readonly DocumentFlow[];
  /** Every file that was read, as absolute paths: what a watcher watches. */
  readonly files: readonly string[];
}

/**
 * Loads one document, or several that belong together, and makes a flow class of each flow. The path of a folder stands for the
 * YAML files in it. The modules of `code` steps are imported, nothing is run.
 *
 * @throws {FlowError} DOCUMENT_INVALID – there are problems; `details.problems` lists them with file, line and column
 * @example
 * const { flows } = await loadDocument("flows/review.yaml");
 * const result = await new flows.review!({ persistence }).kickoff({ topic: "rivers" });
 */
export async function loadDocument(
  path: string | readonly string[],
  options: LoadOptions = {},
): Promise<LoadedDocument> {
  const importModule =
    options.importModule ??
    ((url: string) => import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ url));
  const { problems, loaded } = await load(path, { ...options, importModule });
  problems.throwIfAny();
  return loaded;
}

/**
 * As `loadDocument`, without importing a module of the project: that references lead to exports is read off the modules'
 * sources, where `oxc-parser` is installed.
 *
 * @returns what is wrong, by file and line; empty: nothing
 * @example
 * const problems = await validateDocument("flows/review.yaml");
 * for (const { file, line, column, message } of problems) console.error(`${file}:${line}:${column} ${message}`);
 */
export async function validateDocument(path: string | readonly string[], options: DocumentOptions = {}) {
  const { problems } = await load(path, options);
  return problems.list;
}

async function load(
  path: string | readonly string[],
  options: LoadOptions,
): Promise<{ problems: Problems; loaded: LoadedDocument }> {
  const problems = new Problems();
  const paths = [path].flat();
  const env = options.env ?? process.env;
  const root = rootOf(options.root, paths[0]);
  const reader = new FileReader({ root, env, problems });
  for (const { path: file, shown } of namedFiles(paths, problems)) reader.read(file, shown);
  const sections = readSections(reader.files, problems);
  const exportsOf: ExportsOf = await findExportsOf();
  const stepTypes = new Map([...builtinStepTypes, ...(options.stepTypes ?? [])].map((type) => [type.type, type]));
  const list = await lowerFlows(sections, {
    root,
    env,
    problems,
    stepTypes,
    exportsOf,
    importModule: options.importModule,
  });
  if (sections.flows.length === 0 && problems.count === 0) {
    problems.add(
      "DOCUMENT_FIELD_INVALID",
      { place: { file: String(paths[0]), line: 1, column: 1 }, path: ["flows"] },
      {
        message: "The document has no flows.",
        hint: "Write `flows:` and a list of flows under it.",
      },
    );
  }
  const { name, description } = sections;
  const flows = Object.fromEntries(list.map(({ id, flow }) => [id, flow]));
  return {
    problems,
    loaded: {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      flows,
      list,
      files: reader.paths,
    },
  };
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function rootOf(given: string | undefined, first: string | undefined): string {
  if (first === undefined) {
    throw new FlowError("DOCUMENT_INVALID", "No document was named.", {
      hint: "Give the path of a YAML or JSON file, or a list of them.",
      details: { problems: [], more: 0 },
    });
  }
  const folder = resolve(given ?? (isFolder(first) ? first : dirname(first)));
  try {
    const real = realpathSync(folder);
    if (statSync(real).isDirectory()) return real;
  } catch {
    // said below, or when the document is read
  }
  return folder;
}
