import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface PublicPackage {
  readonly name: string;
  readonly folder: string;
}

export const workspace = fileURLToPath(new URL("../../..", import.meta.url));

/** The packages of the workspace that are published. */
export function publicPackages(): readonly PublicPackage[] {
  const packages = join(workspace, "packages");
  const folders = readdirSync(packages).map((name) => join(packages, name));
  return folders.flatMap((folder) => {
    const file = join(folder, "package.json");
    if (!existsSync(file)) return [];
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    return manifest.private ? [] : [{ name: manifest.name as string, folder }];
  });
}
