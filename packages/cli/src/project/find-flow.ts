/** Finds flows: by a file, with `#Export` where it has several, or by the name of one that the config or an earlier run tells. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { FlowError, nearest } from "millrace";
import { glob } from "tinyglobby";
import { asFlowClass, flowNameOf } from "./flow-exports.js";
import { type FoundFlow, flowOfFile, flowsOfDocument, flowsOfFile, noFlowIn } from "./flows-of-file.js";
import { knownFlows, rememberFlow } from "./known-flows.js";
import type { Project } from "./open-project.js";

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
  if (existsSync(file) && statSync(file).isFile()) return flowOfFile(project, file, exportName);
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
    if (existsSync(file)) return flowOfFile(project, file, exportName);
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
      const found = isFile ? await flowsOfFile(project, file) : [await findFlow(project, target)];
      if (found.length === 0) throw noFlowIn(file);
      flows.push(...found);
    } catch (error) {
      if (!FlowError.is(error)) throw error;
      failures.push(error);
    }
  }
  return { flows, failures };
}

/** All flows that the config names, in its order; a name that comes twice is taken from where it comes first. */
export async function configuredFlows(project: Project): Promise<ConfiguredFlows> {
  const flows = new Map<string, FoundFlow>();
  const failures: FlowError[] = [];
  const { flows: modules = [], documents = [] } = project.config;
  const entries = [
    ...modules.map((entry) => () => (typeof entry === "string" ? flowsOfEntry(project, entry) : givenFlow(entry))),
    ...documents.map((entry) => () => flowsOfDocuments(project, entry)),
  ];
  for (const load of entries) {
    try {
      for (const flow of await load()) if (!flows.has(flow.name)) flows.set(flow.name, flow);
    } catch (error) {
      if (!FlowError.is(error)) throw error;
      failures.push(error);
    }
  }
  return { flows: [...flows.values()], failures };
}

async function flowsOfEntry(project: Project, entry: string): Promise<readonly FoundFlow[]> {
  const [pattern, exportName] = splitTarget(entry);
  const found: FoundFlow[] = [];
  for (const file of await filesOf(project, "flows", [pattern])) {
    if (exportName === undefined) found.push(...(await flowsOfFile(project, file)));
    else found.push(await flowOfFile(project, file, exportName));
  }
  return found;
}

async function flowsOfDocuments(project: Project, entry: string | readonly string[]): Promise<readonly FoundFlow[]> {
  const files = await filesOf(project, "documents", [entry].flat());
  if (typeof entry !== "string") return flowsOfDocument(project, files);
  const found = await Promise.all(files.map((file) => flowsOfDocument(project, [file])));
  return found.flat();
}

/** @throws {FlowError} CLI_CONFIG_INVALID – no file fits */
async function filesOf(
  { root }: Project,
  key: string,
  patterns: readonly string[],
): Promise<readonly [string, ...string[]]> {
  const found = await glob([...patterns], { cwd: root, absolute: true, ignore: ["**/node_modules/**"] });
  const [first, ...others] = found.sort();
  if (first !== undefined) return [first, ...others];
  throw new FlowError(
    "CLI_CONFIG_INVALID",
    `\`${key}\` of the config names "${patterns.join('", "')}", which no file fits.`,
    {
      hint: `Paths and globs go from ${root}.`,
    },
  );
}

function givenFlow(entry: object): readonly FoundFlow[] {
  const flowClass = asFlowClass(entry);
  if (flowClass) return [{ name: flowNameOf(flowClass), flowClass }];
  throw new FlowError("CLI_CONFIG_INVALID", "`flows` of the config holds something that is no flow.", {
    hint: "Give paths, globs, flow classes or builders.",
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
