/**
 * Where flows were found that no config names: flow name → `file#Export`, in `.millrace/flows.json`, so that a run that was
 * begun by its file can be resumed by its id.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The project's own folder, made if need be; what is in it is nothing for git. Where it can't be made, whoever writes to it will tell. */
export function ownFolder(root: string): string {
  const folder = join(root, ".millrace");
  makeFolder(folder);
  try {
    writeFileSync(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch {
    // it has one
  }
  return folder;
}

/** Makes a folder in one that is there; what can't be made, whoever writes to it will tell. */
export function makeFolder(folder: string): void {
  try {
    // not recursive: in some file systems that never ends
    mkdirSync(folder);
  } catch {
    // it is there, or can't be made
  }
}

/** None where the file is missing or damaged: it can be told again by `--flow`. */
export function knownFlows(root: string): Readonly<Record<string, string>> {
  try {
    const read: unknown = JSON.parse(readFileSync(join(root, ".millrace", "flows.json"), "utf8"));
    if (typeof read !== "object" || read === null) return {};
    return Object.fromEntries(Object.entries(read).filter(([, place]) => typeof place === "string"));
  } catch {
    return {};
  }
}

/**
 * Written as a whole, since other processes may read it meanwhile. Where nothing can be written nothing is kept: a run can be stored
 * elsewhere, and `--flow` tells its file.
 */
export function rememberFlow(root: string, name: string, place: string): void {
  const known = knownFlows(root);
  if (known[name] === place) return;
  const file = join(ownFolder(root), "flows.json");
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, `${JSON.stringify({ ...known, [name]: place }, null, 2)}\n`);
    renameSync(draft, file);
  } catch {
    // read-only, or full
  }
}
