/** Where a project is: its config, and the folder that everything else is found from. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export interface ProjectPlace {
  /** The folder of the config; without one the nearest upward that has a `.millrace`, else where the command was started. */
  readonly root: string;
  readonly configFile?: string;
}

const configNames = ["ts", "mts", "js", "mjs", "json"].map((extension) => `millrace.config.${extension}`);

/** @param config A config's path, instead of the nearest one upward from `cwd`. */
export function findRoot(cwd: string, config?: string): ProjectPlace {
  if (config !== undefined) {
    const configFile = resolve(cwd, config);
    return { root: dirname(configFile), configFile };
  }
  const folders = upward(cwd);
  for (const folder of folders) {
    const configFile = configNames.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (configFile !== undefined) return { root: folder, configFile };
  }
  return { root: folders.find((folder) => existsSync(join(folder, ".millrace"))) ?? cwd };
}

/** A folder and all that it is in. */
export function upward(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upward(above)];
}
