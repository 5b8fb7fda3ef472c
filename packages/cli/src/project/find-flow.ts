/** Finds flows: by a file, with `#Export` where it has several, or by the name of one that the config or an earlier run tells. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { FlowError, nearest } from "millrace";
import { glob } from "tinyglobby";
import { FlowCollection, type FoundFlows } from "./flow-collection.js";
import { asFlowClass, flowNameOf } from "./flow-exports.js";
import { type FoundFlow, flowOfFile, flowsOfDocument, flowsOfFile } from "./flows-of-file.js";
import { knownFlows, rememberFlow } from "./known-flows.js";
import type { Project } from "./open-project.js";

export const isPath = /[/\\]|\.(?:[cm]?[jt]sx?|ya?ml|json)$/;

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
  if (isPath.test(path)) throw noFile(project, file);
  return flowByName(project, target);
}

/**
 * The flow of a stored run.
 * @param told `--flow`, where the project does not know it.
 * @throws {FlowError} CLI_FLOW_NOT_FOUND – the project does not know where the flow is
 * @throws {FlowError} CLI_FLOW_AMBIGUOUS – the config has several of this name, and none was run by its file
 */
export async function flowByName(project: Project, name: string, told?: string): Promise<FoundFlow> {
  if (told !== undefined) return findFlow(project, told);
  const { flows, failures } = await configuredFlows(project);
  const [configured, ...others] = flows.filter((flow) => flow.name === name);
  const known = knownFlows(project.root);
  const place = known[name];
  if (configured && others.length === 0) return configured;
  if (configured && place === undefined) throw ambiguous(project, name, [configured, ...others]);
  if (place !== undefined) {
    const [path, exportName] = splitTarget(place);
    const file = resolve(project.root, path);
    if (existsSync(file)) return flowOfFile(project, file, exportName);
  }
  if (failures[0]) throw failures[0].error;
  throw notFound(name, [...flows.map((flow) => flow.name), ...Object.keys(known)]);
}

/** All flows that the config names, in its order; those of one name too. */
export async function configuredFlows(project: Project): Promise<FoundFlows> {
  const { flows: modules = [], documents = [] } = project.config;
  const all = new FlowCollection();
  for (const entry of modules) {
    if (typeof entry !== "string") await all.add({}, async () => ({ flows: givenFlow(entry), broken: [] }));
    else await addEntry(all, project, entry);
  }
  for (const entry of documents) await addDocuments(all, project, entry);
  return all;
}

async function addDocuments(all: FlowCollection, project: Project, entry: string | readonly string[]): Promise<void> {
  const files = await all.attempt(() => filesOf(project, "documents", [entry].flat()));
  if (!files) return;
  const groups = typeof entry === "string" ? files.map((file) => [file] as const) : [files];
  for (const group of groups)
    await all.add({ file: group[0] }, async () => ({ flows: await flowsOfDocument(project, group), broken: [] }));
}

async function addEntry(all: FlowCollection, project: Project, entry: string): Promise<void> {
  const [pattern, exportName] = splitTarget(entry);
  const files = await all.attempt(() => filesOf(project, "flows", [pattern]));
  for (const file of files ?? []) {
    await all.add({ file }, async () => {
      if (exportName === undefined) return flowsOfFile(project, file);
      return { flows: [await flowOfFile(project, file, exportName)], broken: [] };
    });
  }
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
export function splitTarget(target: string): readonly [path: string, exportName?: string] {
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

/** @param file Absolute. */
export function noFile({ cwd }: Pick<Project, "cwd">, file: string): FlowError {
  const meant = nearestFile(file);
  const hint =
    meant === undefined
      ? "Paths go from the folder where the command was started."
      : `Did you mean ${relative(cwd, meant)}?`;
  return new FlowError("CLI_FLOW_NOT_FOUND", `There is no file ${file}.`, { hint });
}

function nearestFile(file: string): string | undefined {
  const folder = dirname(file);
  if (!existsSync(folder)) return undefined;
  const meant = nearest(basename(file), readdirSync(folder));
  return meant === undefined ? undefined : join(folder, meant);
}

function ambiguous({ cwd }: Project, name: string, flows: readonly FoundFlow[]): FlowError {
  const places = flows.flatMap(({ file, exportName }) =>
    file === undefined ? [] : [`${relative(cwd, file)}#${exportName}`],
  );
  return new FlowError("CLI_FLOW_AMBIGUOUS", `Several flows are called "${name}": ${places.join(", ")}.`, {
    hint: "Give the file instead of the name, to a stored run by --flow; and give one of them another name.",
    details: { flows: places },
  });
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
