/**
 * Builds a program that tests start over and over, and kill: one file with the workspace's packages from source and those from outside,
 * beside it what V8 has made of it, so that starting it costs little more than starting Node. Only what is native, and what
 * looks for it beside itself, stays outside.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { build } from "esbuild";
import { besideTheirSource, englishAlone, outsidePackages } from "./plugins.js";

const native = /[/\\]node_modules[/\\](better-sqlite3|oxc-parser|@oxc-parser)[/\\]/;
const starter = fileURLToPath(new URL("start-program.cjs", import.meta.url));

/** `source`, which has no `await` at its top, to a file in `outdir` that Node runs: its path. */
export async function makeProgram(source: string, outdir: string): Promise<string> {
  const name = basename(source, ".ts");
  const built = join(outdir, `${name}.js`);
  await build({
    entryPoints: [source],
    outfile: built,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "es2022",
    conditions: ["millrace-source"],
    define: { "import.meta.url": "__url" },
    // as `start-program` runs it
    banner: { js: "(function (require, module, __filename, __dirname, __url, __import) {" },
    footer: { js: "})" },
    plugins: [
      outsidePackages({ staysOutside: (path) => native.test(path), nameOf: (path) => path }),
      besideTheirSource({ importAs: "__import" }),
      englishAlone,
    ],
    logLevel: "silent",
  });
  const script = new Script(readFileSync(built, "utf8"), { filename: built });
  writeFileSync(`${built}.cold`, script.createCachedData());
  const program = join(outdir, `${name}.cjs`);
  writeFileSync(program, `require(${JSON.stringify(starter)}).start(${JSON.stringify(built)});\n`);
  return program;
}
