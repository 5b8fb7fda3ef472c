import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Imports a package as the project has it; where the project has none, the command's own. */
export async function importFor<T>(
  root: string,
  name: "@millrace/sqlite" | "@millrace/document" | "@millrace/server",
): Promise<T> {
  let found: string | undefined;
  try {
    found = createRequire(join(root, "package.json")).resolve(name);
  } catch {
    found = undefined;
  }
  return (await (found === undefined ? import(name) : import(pathToFileURL(found).href))) as T;
}
