/** TypeScript, the dialect of decorators that the nearest tsconfig asks for, and tools that can't compile it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { getTsconfig } from "get-tsconfig";
import { type Finding, fail, ok, warn } from "./finding.js";
import { installed, major } from "./installed.js";

export function typescriptFindings(root: string): readonly Finding[] {
  const { finding, standard } = dialect(root);
  return [compiler(root), finding, ...(standard ? oxcFindings(root) : []), ...renamingFindings(root)];
}

function compiler(root: string): Finding {
  const typescript = installed("typescript", root);
  if (!typescript) {
    const hint = "Flows run without it, but nothing checks their edges: npm install --save-dev typescript";
    return warn("typescript", "This project has no TypeScript.", hint);
  }
  const [first = 0, second = 0] = typescript.version.split(".").map(Number);
  if (first < 5 || (first === 5 && second < 9)) {
    return warn("typescript", `TypeScript is ${typescript.version}.`, "Edges are checked by 5.9 and later.");
  }
  return ok("typescript", `TypeScript ${typescript.version}`);
}

function dialect(root: string): { readonly finding: Finding; readonly standard: boolean } {
  let found: ReturnType<typeof getTsconfig>;
  try {
    found = getTsconfig(root);
  } catch (error) {
    const finding = fail("typescript", `The tsconfig can't be read: ${(error as Error).message}`, "Mend it.");
    return { finding, standard: true };
  }
  if (!found) return { finding: ok("typescript", "standard decorators (there is no tsconfig)"), standard: true };
  const { path, config } = found;
  const { experimentalDecorators, target, strict } = config.compilerOptions ?? {};
  const standard = experimentalDecorators !== true;
  if (standard && target?.toLowerCase() === "esnext") {
    const hint = 'Set "target": "ES2022": with ESNext decorators stay in the code, which Node does not run.';
    return { finding: warn("typescript", `${path} has the target ESNext.`, hint), standard };
  }
  if (strict !== true) {
    const hint = 'Set "strict": true: without it edges are checked loosely.';
    return { finding: warn("typescript", `${path} is not strict.`, hint), standard };
  }
  const named = standard ? "standard decorators" : "experimentalDecorators";
  return { finding: ok("typescript", `${named} (${path})`), standard };
}

/** Tools that compile by oxc leave standard decorators in the code. */
function oxcFindings(root: string): readonly Finding[] {
  const tools = [
    { name: "vite", from: 8 },
    { name: "vitest", from: 5 },
    { name: "rolldown", from: 1 },
    { name: "tsdown", from: 0 },
  ];
  const found = tools.flatMap(({ name, from }) => {
    const tool = installed(name, root);
    return tool && major(tool.version) >= from ? [`${name} ${tool.version}`] : [];
  });
  if (found.length === 0 || configures(root, /from "esbuild"|from 'esbuild'|@swc|babel/)) return [];
  const hint =
    "Take vite 7 and vitest 4, let esbuild take files with decorators first, or use experimentalDecorators: docs/toolchains.md";
  return [warn("typescript", `${found.join(", ")} can't compile standard decorators.`, hint)];
}

/** Runs are stored under the class's name, which a bundler may change. */
function renamingFindings(root: string): readonly Finding[] {
  const scripts = Object.entries(scriptsOf(root));
  const [name] =
    scripts.find(([, text]) => /\besbuild\b.*(--bundle|--minify)/.test(text) && !text.includes("--keep-names")) ?? [];
  if (name === undefined) return [];
  const hint = "Add --keep-names, or give every flow a `static flowName`: runs are stored under it.";
  return [warn("typescript", `The script "${name}" lets esbuild rename classes.`, hint)];
}

function configures(root: string, text: RegExp): boolean {
  const files = ["vite", "vitest", "rolldown", "tsdown"].flatMap((tool) =>
    ["ts", "mts", "js", "mjs"].map((extension) => join(root, `${tool}.config.${extension}`)),
  );
  return files.some((file) => existsSync(file) && text.test(readFileSync(file, "utf8")));
}

function scriptsOf(root: string): Readonly<Record<string, string>> {
  try {
    const { scripts = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts?: object };
    return Object.fromEntries(Object.entries(scripts).filter(([, text]) => typeof text === "string"));
  } catch {
    return {};
  }
}
