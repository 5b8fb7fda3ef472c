/** One run of one compiler: from files to what it has to say, as data. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const compilers = ["5.9", "6.0", "7.0"] as const;
export const dialects = ["tc39", "legacy"] as const;
export type Dialect = (typeof dialects)[number];

export interface Variant {
  readonly compiler: (typeof compilers)[number];
  readonly dialect: Dialect;
}

export interface Diagnostic {
  /** Relative to the folder compiled in; "" for what concerns no file. */
  readonly file: string;
  readonly line: number;
  readonly code: string;
  /** With all its further lines, in one. */
  readonly message: string;
}

export interface Compilation extends Variant {
  readonly folder: string;
  /** Relative to the folder. */
  readonly files: readonly string[];
  /** Where declarations go; absent: none are emitted. */
  readonly declarations?: string;
}

/** Compiles and answers every error; rejects only when the compiler itself breaks. */
export async function compile({ compiler, dialect, folder, files, declarations }: Compilation): Promise<Diagnostic[]> {
  const config = join(folder, `tsconfig.${compiler}-${dialect}.json`);
  const compilerOptions = {
    target: "ES2022",
    module: "NodeNext",
    lib: ["ES2023"],
    types: ["node"],
    strict: true,
    // The fastest compiler alone checks the declaration files themselves.
    skipLibCheck: compiler !== "7.0",
    noImplicitOverride: true,
    noUncheckedIndexedAccess: true,
    experimentalDecorators: dialect === "legacy",
    ...(declarations
      ? {
          declaration: true,
          emitDeclarationOnly: true,
          outDir: declarations,
          rootDir: join(folder, "fixtures/declarations"),
        }
      : { noEmit: true }),
  };
  await writeFile(config, JSON.stringify({ compilerOptions, files }));
  return parseOutput(await tsc(compiler, ["-p", config, "--pretty", "false"], folder), folder);
}

/** Runs a compiler; its exit code says no more than its output. */
export function tsc(compiler: Variant["compiler"], options: readonly string[], cwd: string): Promise<string> {
  const bin = fileURLToPath(new URL(`../node_modules/typescript-${compiler}/bin/tsc`, import.meta.url));
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [bin, ...options], { cwd, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error && stdout === "") reject(new Error(`TypeScript ${compiler} broke: ${stderr || error.message}`));
      else resolve(stdout);
    });
  });
}

export function parseOutput(output: string, folder: string): Diagnostic[] {
  const found: { file: string; line: number; code: string; message: string }[] = [];
  for (const text of output.split("\n")) {
    const [, file = "", line = "0", code, message] = /^(?:(.+?)\((\d+),\d+\): )?error (TS\d+): (.*)$/.exec(text) ?? [];
    if (code)
      found.push({ file: relative(folder, join(folder, file)), line: Number(line), code, message: message ?? "" });
    else if (text.startsWith(" ") && found.length > 0) found.at(-1)!.message += ` ${text.trim()}`;
  }
  return found;
}
