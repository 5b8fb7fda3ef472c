/** All flows of what a command line names: files, folders, globs and names. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve, sep } from "node:path";
import { FlowError } from "millrace";
import { glob, isDynamicPattern } from "tinyglobby";
import { findFlow, isPath, splitTarget } from "./find-flow.js";
import { FlowCollection, type FoundFlows } from "./flow-collection.js";
import { flowsOfFile, isDocument, noFlowIn } from "./flows-of-file.js";
import type { Project } from "./open-project.js";

/** Each target as for `findFlow`, or a folder or glob: of these all files that may have flows. */
export async function flowsAt(project: Project, targets: readonly string[]): Promise<FoundFlows> {
  const all = new FlowCollection();
  for (const target of targets) {
    const path = resolve(project.cwd, target);
    const there = existsSync(path);
    if (there && statSync(path).isFile()) await addFile(all, project, path);
    else if (there || (isPath.test(target) && isDynamicPattern(target))) await addSeveral(all, project, target);
    else {
      const [file] = splitTarget(target);
      const from = isPath.test(file) ? { file: resolve(project.cwd, file) } : {};
      await all.add(from, async () => ({ flows: [await findFlow(project, target)], broken: [] }));
    }
  }
  return all;
}

async function addFile(all: FlowCollection, project: Project, file: string): Promise<void> {
  await all.add({ file }, async () => {
    const found = await flowsOfFile(project, file);
    if (found.flows.length + found.broken.length === 0) throw noFlowIn(file);
    return found;
  });
}

/** Files of a folder, or of a glob, that have no flow are passed over. */
async function addSeveral(all: FlowCollection, project: Project, target: string): Promise<void> {
  const { cwd } = project;
  const pattern = isDynamicPattern(target)
    ? target
    : `${escaped(resolve(cwd, target))}/**/*.{[cm]?[jt]s,[jt]sx,ts,js,yaml,yml}`;
  const found = await glob([pattern.split(sep).join("/")], { cwd, absolute: true, ignore: ["**/node_modules/**"] });
  const files = found
    .map((file) => resolve(file))
    .filter(mayHaveFlows)
    .sort();
  for (const file of files) await all.add({ file }, () => flowsOfFile(project, file));
  if (files.length > 0) return;
  await all.add({}, async () => {
    throw new FlowError("CLI_FLOW_NOT_FOUND", `No file of ${target} has a flow.`, {
      hint: "Files with flows import `millrace`, or are documents with `flows:`; tests and declarations are passed over.",
    });
  });
}

/** Told without running anything: what has no flow may do anything when it is loaded. */
function mayHaveFlows(file: string): boolean {
  if (/\.(?:test|spec|d)\.[cm]?tsx?$|\.(?:test|spec)\.[cm]?jsx?$/.test(file)) return false;
  const text = readFileSync(file, "utf8");
  return isDocument(file) ? /^\s*["']?flows["']?\s*:/m.test(text) : /["'](?:millrace|@millrace\/[\w-]+)["']/.test(text);
}

const escaped = (path: string): string => path.replace(/[*?[\]{}()!+@|\\]/g, "\\$&");
