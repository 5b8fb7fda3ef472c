/**
 * The folder that a step works in: inside of the project, and nothing outside of it is reached, by `..`, by an absolute path or by
 * a symbolic link.
 */
import { realpathSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { shown, stepError } from "../step-error.js";

/** Where a path leads. @throws {FlowError} STEP_FILE_REFUSED – out of the folder, or to no file */
export async function placeIn(root: string, folder: string, path: unknown): Promise<string> {
  if (typeof path !== "string" || path === "" || path.includes("\0"))
    throw refused(`${shown(String(path))} is no path`);
  const base = await realOf(resolve(root, folder));
  if (!isInside(root, base)) throw refused(`the folder ${shown(folder)} lies outside of the project`);
  if (isAbsolute(path)) throw refused(`${shown(path)} is an absolute path`);
  const wanted = resolve(base, path);
  if (!isInside(base, wanted) || wanted === base) throw refused(`${shown(path)} leads out of its folder`);
  // A link that is not there yet can't lead anywhere: what exists of the path is what counts.
  if (!isInside(base, await realOf(wanted)))
    throw refused(`${shown(path)} leads out of its folder, by a symbolic link`);
  return wanted;
}

/** What is wrong with a folder, told at load. */
export function folderProblem(root: string, folder: string): string | undefined {
  const wanted = resolve(root, folder);
  let real = wanted;
  try {
    real = realpathSync(wanted);
  } catch {
    // Not there yet: it may be made by a step.
  }
  return isInside(root, wanted) && isInside(root, real)
    ? undefined
    : `The folder ${shown(folder)} lies outside of the project.`;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** A path without symbolic links, as far as it exists. */
async function realOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw refused(`${shown(path)} can't be followed`);
    const parent = dirname(path);
    return parent === path ? path : join(await realOf(parent), relative(parent, path));
  }
}

const refused = (what: string) =>
  stepError("STEP_FILE_REFUSED", `A file step can't work there: ${what}.`, {
    hint: "Name the folder that holds the file in the step: `folder: data`. It must lie inside the project.",
  });
