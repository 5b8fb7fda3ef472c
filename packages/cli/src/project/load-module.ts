/**
 * Loads a file of the project: TypeScript by tsx, with the tsconfig nearest to the file, so that its decorators are compiled
 * in the dialect that its author sees, wherever the command was started. Files share one graph of modules.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describeThrown, FlowError } from "millrace";

const typescript = new Set([".ts", ".mts", ".cts", ".tsx"]);

/** Ends the hooks that compile for one tsconfig; those of the last one stay, for what its code imports later. */
let compilingFor: { readonly tsconfig: string | undefined; readonly end: () => Promise<void> } | undefined;

/**
 * What a module exports.
 * @throws {FlowError} CLI_LOAD_FAILED – its code threw, or can't be read
 */
export async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (extname(file) === ".json") return { default: readJson(file) };
  try {
    return await importFile(file);
  } catch (error) {
    throw FlowError.is(error) ? error : loadFailed(file, error);
  }
}

/** As `import` does, and what that throws. */
export async function importFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (typescript.has(extname(file))) await compileLike(nearestTsconfig(file));
  return unwrapped(await import(pathToFileURL(file).href));
}

/** A CommonJS module's exports come as the default one. */
function unwrapped(exports: Record<string, unknown>): Readonly<Record<string, unknown>> {
  const { default: only } = exports;
  const isCommonJs = typeof only === "object" && only !== null && "__esModule" in only;
  return isCommonJs ? (only as Record<string, unknown>) : exports;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    throw loadFailed(file, error);
  }
}

function nearestTsconfig(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const found = join(folder, "tsconfig.json");
    if (existsSync(found)) return found;
    if (folder === dirname(folder)) return undefined;
  }
}

async function compileLike(tsconfig: string | undefined): Promise<void> {
  if (compilingFor && compilingFor.tsconfig === tsconfig) return;
  await compilingFor?.end();
  const [esm, cjs] = await Promise.all([import("tsx/esm/api"), import("tsx/cjs/api")]);
  const own = tsconfig === undefined ? undefined : forAllFiles(tsconfig);
  // the only way to tell tsx's hook of `require`
  const before = process.env.TSX_TSCONFIG_PATH;
  if (own !== undefined) process.env.TSX_TSCONFIG_PATH = own.file;
  const endCjs = cjs.register();
  if (own !== undefined) restoreEnv(before);
  const endEsm = esm.register({ tsconfig: own?.file ?? false });
  compilingFor = {
    tsconfig,
    end: async () => {
      endCjs();
      await endEsm();
    },
  };
}

function restoreEnv(before: string | undefined): void {
  if (before === undefined) delete process.env.TSX_TSCONFIG_PATH;
  else process.env.TSX_TSCONFIG_PATH = before;
}

/** tsx follows a tsconfig only for the files that it includes; this one is like it and includes all. */
function forAllFiles(tsconfig: string): { readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), "millrace-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "tsconfig.json");
  writeFileSync(
    file,
    JSON.stringify({ extends: tsconfig, files: [], include: ["/**/*"], exclude: [], references: [] }),
  );
  return { file };
}

function loadFailed(file: string, error: unknown): FlowError {
  const { name, message } = describeThrown(error);
  const place = placeIn(error);
  const at = place === undefined ? "" : ` (at ${place})`;
  return new FlowError("CLI_LOAD_FAILED", `${file} can't be loaded: ${name}: ${message}${at}`, {
    hint: hintFor(message),
    details: { file, ...(place !== undefined && { place }) },
    cause: error,
  });
}

function hintFor(message: string): string {
  if (/top-level await/i.test(message))
    return 'Top-level await needs an ES module: add "type": "module" to the package.json.';
  if (/Cannot find (package|module)/.test(message)) return "Install what is missing, or correct the import.";
  return "Correct the file; --debug shows the whole stack.";
}

/** Where in the project's code something was thrown: the first place outside of Node and of packages, as `file:line:column`. */
export function placeIn(error: unknown): string | undefined {
  const { stack = "" } = describeThrown(error);
  const lines = stack.split("\n");
  // a syntax error's first line is the place itself
  if (/^(\/|file:|[A-Z]:\\).*:\d+/.test(lines[0] ?? "")) return lines[0]!.replace(/^file:\/\//, "");
  const frame = lines.find((line) => /^\s+at /.test(line) && !/node:|node_modules|<anonymous>$/.test(line));
  return /\(?((?:file:\/\/|\/|[A-Z]:\\)[^)]*?:\d+:\d+)\)?$/.exec(frame ?? "")?.[1]?.replace(/^file:\/\//, "");
}
