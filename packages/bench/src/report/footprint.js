/** What installing a contender brings: its packages and their size, followed through `dependencies` as installed. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** @typedef {{ packages: number, names: string[], mb: number }} Footprint */

/**
 * @param {string} folder of a package; what it depends on is counted
 * @param {{ own: boolean }} options own: the package itself counts too (its published files)
 * @returns {Footprint}
 */
export function footprintOf(folder, { own }) {
  const root = realpathSync(folder);
  /** @type {Map<string, string>} real folder → name */
  const found = new Map();
  const visit = (current) => {
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta = {} } = manifestOf(current);
    const needed = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta[name]?.optional);
    for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...needed]) {
      const at = resolvePackage(current, name);
      if (at === undefined || found.has(at) || at === root) continue;
      found.set(at, name);
      visit(at);
    }
  };
  visit(root);
  if (own) found.set(root, manifestOf(root).name);
  const bytes = [...found.keys()].reduce((sum, at) => sum + publishedBytes(at), 0);
  return { packages: found.size, names: [...found.values()], mb: bytes / 1024 / 1024 };
}

const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** As Node looks a package up: in the node_modules of the folder and of every folder above it. */
function resolvePackage(from, name) {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return realpathSync(candidate);
  }
  return undefined;
}

/** Of a package of this workspace only what its `files` would publish counts. */
function publishedBytes(folder) {
  const isInstalled = folder.includes("node_modules");
  const { files } = manifestOf(folder);
  if (isInstalled || files === undefined) return bytesIn(folder);
  return files
    .filter((file) => existsSync(join(folder, file)))
    .reduce((sum, file) => sum + bytesIn(join(folder, file)), 0);
}

function bytesIn(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.size;
  const names = readdirSync(path).filter((name) => name !== "node_modules");
  return names.reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}
