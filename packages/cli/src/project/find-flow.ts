/** Finds flows: by a file, with `#Export` where it has several, or by the name of one that the config or an earlier run tells. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { FlowError, nearest } from "millrace";
import { glob } from "tinyglobby";
import { type AnyFlowClass, asFlowClass, type ExportedFlow, flowExports, flowNameOf } from "./flow-exports.js";
import { knownFlows, rememberFlow } from "./known-flows.js";
import { loadModule } from "./load-module.js";
import type { Project } from "./open-project.js";

export interface FoundFlow {
  readonly name: string;
  readonly flowClass: AnyFlowClass;
  /** Absent: the config holds the class itself. */
  readonly file?: string;
  readonly exportName?: string;
}

/** The flows that a config names, and what kept files of it from being loaded. */
export interface ConfiguredFlows {
  readonly flows: readonly FoundFlow[];
  readonly failures: readonly FlowError[];
}

const isPath = /[/\\]|\.(?:[cm]?[jt]sx?|ya?ml|json)$/;

/**
 * @param target A file from where the command was started, `file#Export`, or a flow's name.
 * @throws {FlowError} CLI_FLOW_NOT_FOUND – there is no such file or flow
 * @throws {FlowError} CLI_FLOW_AMBIGUOUS – the file has several flows and nothing says which
 * @throws {FlowError} CLI_LOAD_FAILED – the file can't be loaded
 */
export async function findFlow(project: Project, target: string): Promise<FoundFlow> {
  const [path, exportName] = splitTarget(target);
  const file = resolve(project.cwd, path);
  if (existsSync(file) && statSync(file).isFile()) return flowOfFile(file, exportName);
  if (isPath.test(path)) {
    const meant = nearestFile(file);
    throw new FlowError("CLI_FLOW_NOT_FOUND", `There is no file ${file}.`, {
      hint:
        meant === undefined
          ? "Paths go from the folder where the command was started."
          : `Did you mean ${relative(project.cwd, meant)}?`,
    });
  }
  return flowByName(project, target);
}

/**
 * The flow of a stored run.
 * @param told `--flow`, where the project does not know it.
 * @throws {FlowError} CLI_FLOW_NOT_FOUND – the project does not know where the flow is
 */
export async function flowByName(project: Project, name: string, told?: string): Promise<FoundFlow> {
  if (told !== undefined) return findFlow(project, told);
  const { flows, failures } = await configuredFlows(project);
  const configured = flows.find((flow) => flow.name === name);
  if (configured) return configured;
  const known = knownFlows(project.root);
  const place = known[name];
  if (place !== undefined) {
    const [path, exportName] = splitTarget(place);
    const file = resolve(project.root, path);
    if (existsSync(file)) return flowOfFile(file, exportName);
  }
  if (failures[0]) throw failures[0];
  throw notFound(name, [...flows.map((flow) => flow.name), ...Object.keys(known)]);
}

/** All flows of files, each given as for `findFlow`; what fails is told beside them. */
export async function flowsAt(project: Project, targets: readonly string[]): Promise<ConfiguredFlows> {
  const flows: FoundFlow[] = [];
  const failures: FlowError[] = [];
  for (const target of targets) {
    try {
      const file = resolve(project.cwd, target);
      const isFile = existsSync(file) && statSync(file).isFile();
      const found = isFile ? await flowsOfFile(file) : [await findFlow(project, target)];
      if (found.length === 0) throw noFlowIn(file);
      flows.push(...found);
    } catch (error) {
      if (!FlowError.is(error)) throw error;
      failures.push(error);
    }
  }
  return { flows, failures };
}

/** All flows of a file. */
async function flowsOfFile(file: string): Promise<readonly FoundFlow[]> {
  return flowExports(await loadModule(file)).map((flow) => ({ ...flow, file }));
}

/** All flows that the config names, in its order; a name that comes twice is taken from where it comes first. */
export async function configuredFlows({ config, root }: Project): Promise<ConfiguredFlows> {
  const flows = new Map<string, FoundFlow>();
  const failures: FlowError[] = [];
  for (const entry of config.flows ?? []) {
    try {
      for (const flow of typeof entry === "string" ? await flowsOfEntry(root, entry) : givenFlow(entry))
        if (!flows.has(flow.name)) flows.set(flow.name, flow);
    } catch (error) {
      if (!FlowError.is(error)) throw error;
      failures.push(error);
    }
  }
  return { flows: [...flows.values()], failures };
}

async function flowsOfEntry(root: string, entry: string): Promise<readonly FoundFlow[]> {
  const [pattern, exportName] = splitTarget(entry);
  const files = await glob([pattern], { cwd: root, absolute: true, ignore: ["**/node_modules/**"] });
  if (files.length === 0) {
    throw new FlowError("CLI_CONFIG_INVALID", `\`flows\` of the config names "${entry}", which no file fits.`, {
      hint: `Paths and globs go from ${root}.`,
    });
  }
  const found: FoundFlow[] = [];
  for (const file of files.sort()) {
    if (exportName === undefined) found.push(...(await flowsOfFile(file)));
    else found.push(await flowOfFile(file, exportName));
  }
  return found;
}

function givenFlow(entry: object): readonly FoundFlow[] {
  const flowClass = asFlowClass(entry);
  if (flowClass) return [{ name: flowNameOf(flowClass), flowClass }];
  throw new FlowError("CLI_CONFIG_INVALID", "`flows` of the config holds something that is no flow.", {
    hint: "Give paths, globs or flow classes.",
  });
}

async function flowOfFile(file: string, exportName: string | undefined): Promise<FoundFlow> {
  const flows = flowExports(await loadModule(file));
  return { ...chosen(file, flows, exportName), file };
}

function chosen(file: string, flows: readonly ExportedFlow[], exportName: string | undefined): ExportedFlow {
  const names = flows.map((flow) => flow.exportName);
  if (exportName !== undefined) {
    const flow = flows.find((one) => one.exportName === exportName) ?? flows.find((one) => one.name === exportName);
    if (flow) return flow;
    const meant = nearest(exportName, names);
    throw new FlowError("CLI_FLOW_NOT_FOUND", `${file} exports no flow "${exportName}".`, {
      hint: meant === undefined ? `It exports: ${names.join(", ") || "none"}.` : `Did you mean "${meant}"?`,
    });
  }
  const [only, more] = flows;
  if (!only) throw noFlowIn(file);
  const flow = more ? flows.find((one) => one.exportName === "default") : only;
  if (flow) return flow;
  throw new FlowError("CLI_FLOW_AMBIGUOUS", `${file} exports several flows: ${names.join(", ")}.`, {
    hint: `Say which: ${relative(process.cwd(), file)}#${only.exportName}`,
    details: { file, flows: names },
  });
}

function noFlowIn(file: string): FlowError {
  return new FlowError("CLI_FLOW_NOT_FOUND", `${file} exports no flow.`, {
    hint: "Export a class that extends Flow.",
    details: { file },
  });
}

/** `file#Export`; a `#` inside of a folder's name is none. */
function splitTarget(target: string): readonly [path: string, exportName?: string] {
  const at = target.lastIndexOf("#");
  if (at <= 0 || /[/\\]/.test(target.slice(at))) return [target];
  return [target.slice(0, at), target.slice(at + 1)];
}

/** So that what it runs can be resumed by its id alone. */
export function remember({ root }: Project, { name, file, exportName }: FoundFlow): void {
  if (file === undefined) return;
  const path = relative(root, file).split(sep).join("/");
  rememberFlow(root, name, exportName === undefined ? path : `${path}#${exportName}`);
}

function nearestFile(file: string): string | undefined {
  const folder = dirname(file);
  if (!existsSync(folder)) return undefined;
  const meant = nearest(basename(file), readdirSync(folder));
  return meant === undefined ? undefined : join(folder, meant);
}

function notFound(name: string, names: readonly string[]): FlowError {
  const meant = nearest(name, names);
  const known = [...new Set(names)];
  const hint =
    meant !== undefined
      ? `Did you mean "${meant}"?`
      : known.length > 0
        ? `There are: ${known.join(", ")}. A file can be given too.`
        : "Give a file, or name your flows in millrace.config.ts.";
  return new FlowError("CLI_FLOW_NOT_FOUND", `There is no flow "${name}" here.`, { hint, details: { flows: known } });
}
