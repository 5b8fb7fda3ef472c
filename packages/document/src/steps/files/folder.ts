/**
 * The folder that a step works in: inside of the project, and nothing outside of it is reached, by `..`, by an absolute path or by
 * a symbolic link.
 */
import { realpathSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { shown, stepError } from "../step-error.js";
import { reasonOf } from "./failures.js";

/** What systems take at most; each part of it is looked at. */
const longest = 4096;

/**
 * Where a path leads: no part of it but the last is a link, and what is there leads nowhere else.
 * @throws {FlowError} STEP_FILE_REFUSED – out of the folder, or to no file
 */
export async function placeIn(root: string, folder: string, path: unknown): Promise<string> {
  if (typeof path !== "string" || path === "" || path.includes("\0"))
    throw refused(`${shown(String(path))} is no path`);
  if (path.length > longest) throw refused(`${shown(path)} is longer than ${longest} characters, too long for a path`);
  const base = await folderIn(root, folder);
  if (isAbsolute(path)) throw refused(`${shown(path)} is an absolute path`);
  const wanted = resolve(base, path);
  if (!isInside(base, wanted) || wanted === base) throw refused(`${shown(path)} leads out of its folder`);
  const parent = await realOf(dirname(wanted), path);
  checkInside(base, parent, path);
  const place = join(parent, basename(wanted));
  // A link that is not there yet can't lead anywhere: what exists of the path is what counts.
  checkInside(base, (await realIfThere(place, path)) ?? place, path);
  return place;
}

/** The folder that is not left, without links. @throws {FlowError} STEP_FILE_REFUSED – it lies outside */
export async function folderIn(root: string, folder: string): Promise<string> {
  const base = await realOf(resolve(root, folder), folder);
  if (!isInside(root, base)) throw refused(`the folder ${shown(folder)} lies outside of the project`);
  return base;
}

/** @param real Where it leads, without links. */
export function checkInside(base: string, real: string, path: string): void {
  if (!isInside(base, real)) throw refused(`${shown(path)} leads out of its folder, by a symbolic link`);
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
async function realOf(place: string, path: string): Promise<string> {
  const real = await realIfThere(place, path);
  const parent = dirname(place);
  if (real !== undefined || parent === place) return real ?? place;
  return join(await realOf(parent, path), basename(place));
}

async function realIfThere(place: string, path: string): Promise<string | undefined> {
  try {
    return await realpath(place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw refused(`${shown(path)} ${reasonOf(error as NodeJS.ErrnoException, "followed")}`);
  }
}

const refused = (what: string) =>
  stepError("STEP_FILE_REFUSED", `A file step can't work there: ${what}.`, {
    hint: "Name the folder that holds the file in the step: `folder: data`. It must lie inside the project.",
  });
