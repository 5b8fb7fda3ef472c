/**
 * Builds all programs at once, with the workspace's packages from source in shared chunks, so that running one costs
 * little more than starting Node. Packages from outside stay outside, by their resolved address, but for those that every
 * process would read anew from many files.
 */
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";

const asking = Symbol("asking");
const readByAll = /[/\\]node_modules[/\\](zod|immer|devalue)[/\\]/;

const outsidePackages: Plugin = {
  name: "outside packages stay outside",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...options }) => {
      if (pluginData === asking || path.startsWith("node:")) return undefined;
      const { kind, importer, resolveDir } = options;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: asking });
      if (found.errors.length > 0) return { errors: found.errors };
      if (!found.path.includes("/node_modules/") || readByAll.test(found.path)) return found;
      return { path: pathToFileURL(found.path).href, external: true };
    });
  },
};

const besideTheirSource: Plugin = {
  name: "modules that look beside themselves lie where their source lies",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]src[/\\].*(load-[^/\\]*|driver)\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const url = JSON.stringify(pathToFileURL(path).href);
      return { contents: source.replaceAll("import.meta.url", url), loader: "ts" };
    });
  },
};

/** Source files to JavaScript files of the same name in `outdir`. */
export async function bundle(entryPoints: readonly string[], outdir: string): Promise<void> {
  await build({
    entryPoints: [...entryPoints],
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    conditions: ["millrace-source"],
    sourcemap: true,
    sourcesContent: false,
    outExtension: { ".js": ".mjs" },
    plugins: [outsidePackages, besideTheirSource],
    logLevel: "silent",
  });
}
