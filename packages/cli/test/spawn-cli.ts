/**
 * The real command in a project of its own: bundled once from the sources, together with the packages that flows import, as
 * they would be installed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../../../tools/processes/src/bundle.js";

const packages = fileURLToPath(new URL("../..", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** A file that standard output goes to, instead of being read. */
  readonly stdoutFile?: string;
}

/** A command under way. */
export interface Running {
  readonly process: ChildProcess;
  /** Resolves when what it wrote on standard error so far fits. */
  untilSaid(text: RegExp): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** A folder with the packages installed. */
export interface TestProject {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): void;
  start(args: readonly string[], options?: StartOptions): Running;
  run(args: readonly string[], options?: StartOptions): Promise<Ended>;
  remove(): void;
}

export async function makeTestProject(files: Readonly<Record<string, string>> = {}): Promise<TestProject> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-cli-"));
  const installed = join(folder, "node_modules");
  const write = (contents: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(contents)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  const sources = [
    "cli/src/bin",
    "cli/src/index",
    "core/src/index",
    "sqlite/src/index",
    "document/src/index",
    "ai/src/document/index",
    "server/src/index",
  ];
  const entries = Object.fromEntries(sources.map((path) => [path, join(packages, `${path}.ts`)]));
  await bundle({ ...entries, zod: join(packages, "core/node_modules/zod/index.js") }, join(installed, ".built"));
  for (const [name, path] of [
    ["millrace", "core/src/index"],
    ["@millrace/sqlite", "sqlite/src/index"],
    ["@millrace/document", "document/src/index"],
    ["@millrace/server", "server/src/index"],
    ["@millrace/cli", "cli/src/index"],
    ["@millrace/ai", "ai/src/document/index"],
  ] as const) {
    const exports = name === "@millrace/ai" ? { "./document": "./index.js" } : "./index.js";
    const manifest = { name, type: "module", exports };
    write({
      [`node_modules/${name}/package.json`]: JSON.stringify(manifest),
      [`node_modules/${name}/index.js`]: `export * from "${join(installed, ".built", `${path}.mjs`)}";\n`,
    });
  }
  // what the core's build puts beside its bundle
  const dagre = createRequire(join(packages, "core/package.json")).resolve("@dagrejs/dagre");
  write({ "node_modules/.built/dagre.cjs": `module.exports = require(${JSON.stringify(dagre)});` });
  write({ "node_modules/.built/cli/package.json": JSON.stringify({ version: "9.9.9" }) });
  // one for flows and packages, as npm would have it, and not a hundred files for each process
  const zod = join(packages, "core/node_modules/zod");
  write({
    "node_modules/zod/package.json": readFileSync(join(zod, "package.json"), "utf8"),
    "node_modules/zod/index.js": `export * from ${JSON.stringify(join(installed, ".built/zod.mjs"))};\n`,
    "node_modules/zod/index.d.ts": `export * from ${JSON.stringify(join(zod, "index.js"))};\n`,
  });
  symlinkSync(join(packages, "sqlite/node_modules/better-sqlite3"), join(installed, "better-sqlite3"));
  symlinkSync(join(packages, "document/node_modules/oxc-parser"), join(installed, "oxc-parser"));
  write({ "package.json": '{ "type": "module" }', ...files });
  const start: TestProject["start"] = (args, options = {}) =>
    startProcess([join(installed, ".built/cli/src/bin.mjs"), ...args], { cwd: folder, ...options });
  return {
    folder,
    write,
    start,
    run: (args, options) => start(args, options).ended,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function startProcess(args: readonly string[], { cwd, env, stdin, stdoutFile }: StartOptions): Running {
  const plain = Object.entries(process.env).filter(
    ([key]) => !/^(npm_|pnpm_|VITEST|NODE_PATH|MILLRACE_|FORCE_COLOR|CI$)/i.test(key),
  );
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...Object.fromEntries(plain), ...env },
    stdio: [stdin === undefined ? "ignore" : "pipe", stdoutFile ? openSync(stdoutFile, "w") : "pipe", "pipe"],
  });
  if (stdin !== undefined) child.stdin!.end(stdin);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => (stdout += chunk));
  child.stderr!.on("data", (chunk) => (stderr += chunk));
  const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
  return {
    process: child,
    ended,
    untilSaid: (text) =>
      new Promise((resolve, reject) => {
        const look = () => text.test(stderr) && resolve();
        child.stderr!.on("data", look);
        child.on("close", () => reject(new Error(`It ended without saying ${text}:\n${stderr}`)));
        look();
      }),
  };
}
