/** Packages as the code of a folder finds them. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Installed {
  readonly name: string;
  readonly version: string;
  /** With links followed: the same folder is the same copy. */
  readonly folder: string;
}

/** The package that `import` finds from a folder, or undefined. */
export function installed(name: string, from: string): Installed | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, "node_modules", name, "package.json");
    if (existsSync(found)) return { name, version: versionIn(found), folder: realpathSync(dirname(found)) };
    if (dirname(folder) === folder) return undefined;
  }
}

export function major(version: string): number {
  return Number.parseInt(version, 10);
}

/** `0.3` of `0.3.1`, `2` of `2.3.1`: releases that fit together have it in common. */
export function line(version: string): string {
  const [first = "", second = ""] = version.split(".");
  return first === "0" ? `0.${second}` : first;
}

function versionIn(file: string): string {
  try {
    return String((JSON.parse(readFileSync(file, "utf8")) as { version?: unknown }).version);
  } catch {
    return "unknown";
  }
}
