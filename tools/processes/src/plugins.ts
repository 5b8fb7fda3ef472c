/** What both ways of bundling need. */
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";

const asking = Symbol("asking");

export interface Outside {
  /** Whether a package's file is not taken into the bundle. */
  readonly staysOutside: (path: string) => boolean;
  /** How the bundle names it, by its resolved path. */
  readonly nameOf: (path: string) => string;
}

/** Packages from outside stay outside, by their resolved address. */
export const outsidePackages = ({ staysOutside, nameOf }: Outside): Plugin => ({
  name: "outside packages stay outside",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...options }) => {
      if (pluginData === asking || path.startsWith("node:")) return undefined;
      const { kind, importer, resolveDir } = options;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: asking });
      if (found.errors.length > 0) return { errors: found.errors };
      const outside = found.path.includes("/node_modules/") && staysOutside(found.path);
      return outside ? { path: nameOf(found.path), external: true } : found;
    });
  },
});

/** @param importAs What imports a module whose name is known only then. */
export const besideTheirSource = ({ importAs }: { readonly importAs: string }): Plugin => ({
  name: "modules that look beside themselves lie where their source lies",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]src[/\\].*((load|import|installed)-[^/\\]*|driver)\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const url = JSON.stringify(pathToFileURL(path).href);
      const contents = source
        .replaceAll("import.meta.url", url)
        .replaceAll(/\bimport\((?=\s*\/\* @vite-ignore)/g, `${importAs}(`);
      return { contents, loader: "ts" };
    });
  },
});

/** They are half of zod, nobody here speaks them, and every process would read them. */
export const englishAlone: Plugin = {
  name: "zod speaks English alone",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
    }));
  },
};
