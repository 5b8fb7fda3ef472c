/** The flows of a file: what a module exports, or what a document describes. */
import { extname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { LoadOptions } from "@millrace/document";
import { FlowError, nearest } from "millrace";
import { type AnyFlowClass, type BrokenExport, flowExports } from "./flow-exports.js";
import { importFor } from "./import-for.js";
import { importFile, loadModule } from "./load-module.js";
import type { Project } from "./open-project.js";
import { stepTypesOf } from "./step-types.js";

export interface FoundFlow {
  readonly name: string;
  readonly flowClass: AnyFlowClass;
  /** Absent: the config holds the class itself. */
  readonly file?: string;
  /** Of a document: the flow's id. */
  readonly exportName?: string;
}

const documents = new Set([".yaml", ".yml", ".json"]);

export const isDocument = (file: string): boolean => documents.has(extname(file));

/** The flows of a file, and what keeps others of it from being some. */
export interface FileFlows {
  readonly flows: readonly FoundFlow[];
  readonly broken: readonly BrokenExport[];
}

/**
 * All flows of a file, in its order.
 * @throws {FlowError} CLI_LOAD_FAILED – the module can't be loaded
 * @throws {FlowError} DOCUMENT_INVALID – the document has problems
 */
export async function flowsOfFile(project: Project, file: string): Promise<FileFlows> {
  if (isDocument(file)) return { flows: await flowsOfDocument(project, [file]), broken: [] };
  const { flows, broken } = flowExports(await loadModule(file));
  return { flows: flows.map((flow) => ({ ...flow, file })), broken };
}

/**
 * The flows of a document, or of several that belong together.
 * @throws {FlowError} DOCUMENT_INVALID – with all problems of the documents
 */
export async function flowsOfDocument(
  project: Project,
  files: readonly [string, ...string[]],
): Promise<readonly FoundFlow[]> {
  const [file] = files;
  const { loadDocument } = await importFor<typeof import("@millrace/document")>(project.root, "@millrace/document");
  const { list } = await loadDocument(files, await loadOptions(project, files));
  return list.map(({ id, flow }) => ({ name: id, exportName: id, flowClass: flow as AnyFlowClass, file }));
}

/** How a project's documents are loaded: with its step types, its modules compiled as flow files are. */
export async function loadOptions(project: Project, files: readonly string[]): Promise<LoadOptions> {
  const { root } = project;
  const inside = files.every((one) => !relative(root, one).startsWith(`..${sep}`));
  return {
    ...(inside && { root }),
    stepTypes: await stepTypesOf(project),
    importModule: async (url) => (url.startsWith("file:") ? importFile(fileURLToPath(url)) : import(url)),
  };
}

/**
 * The flow of a file that an export's or a flow's name tells; without one the default export, or the only flow.
 * @throws {FlowError} CLI_FLOW_NOT_FOUND – it has none, or none of this name
 * @throws {FlowError} CLI_FLOW_AMBIGUOUS – it has several, and nothing says which
 */
export async function flowOfFile(project: Project, file: string, exportName: string | undefined): Promise<FoundFlow> {
  const { flows, broken } = await flowsOfFile(project, file);
  const meantBroken = broken.find((one) => exportName === undefined || one.exportName === exportName);
  const names = flows.map((flow) => flow.exportName ?? flow.name);
  if (exportName !== undefined) {
    const flow = flows.find((one) => one.exportName === exportName) ?? flows.find((one) => one.name === exportName);
    if (flow) return flow;
    if (meantBroken) throw meantBroken.error;
    const meant = nearest(exportName, names);
    throw new FlowError("CLI_FLOW_NOT_FOUND", `${file} has no flow "${exportName}".`, {
      hint: meant === undefined ? `It has: ${names.join(", ") || "none"}.` : `Did you mean "${meant}"?`,
    });
  }
  const [only, more] = flows;
  if (meantBroken) throw meantBroken.error;
  if (!only) throw noFlowIn(file);
  const flow = more ? flows.find((one) => one.exportName === "default") : only;
  if (flow) return flow;
  throw new FlowError("CLI_FLOW_AMBIGUOUS", `${file} has several flows: ${names.join(", ")}.`, {
    hint: `Say which: ${relative(project.cwd, file)}#${names[0]}`,
    details: { file, flows: names },
  });
}

export function noFlowIn(file: string): FlowError {
  return new FlowError("CLI_FLOW_NOT_FOUND", `${file} has no flow.`, {
    hint: "Export a class that extends Flow, or a flow that was built.",
    details: { file },
  });
}
