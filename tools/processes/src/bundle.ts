/**
 * Builds several entry points at once, with the workspace's packages from source in shared chunks, as packages that are
 * imported and for what runs in the end as a module. Packages from outside stay outside, by their resolved address, but for
 * those that every process would read anew from many files. A program that runs often is built by `makeProgram`.
 */
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { besideTheirSource, englishAlone, outsidePackages } from "./plugins.js";

const readByAll = /[/\\]node_modules[/\\](zod|immer|devalue)[/\\]/;

/** Source files to JavaScript files of the same name in `outdir`; a record gives the names. */
export async function bundle(
  entryPoints: readonly string[] | Readonly<Record<string, string>>,
  outdir: string,
): Promise<void> {
  await build({
    entryPoints: Array.isArray(entryPoints) ? [...entryPoints] : { ...(entryPoints as Record<string, string>) },
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
    plugins: [
      outsidePackages({
        staysOutside: (path) => !readByAll.test(path),
        nameOf: (path) => pathToFileURL(path).href,
      }),
      besideTheirSource({ importAs: "import" }),
      englishAlone,
    ],
    logLevel: "silent",
  });
}
