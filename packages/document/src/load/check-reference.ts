/** Whether a reference such as `./steps.ts#research` leads to an export: by reading the module's source, not by running it. */
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import type { StepProblem } from "../step-context.js";
import { importParser } from "./import-parser.js";
import { type LoadedProject, noExport } from "./project.js";

type Wrong = Omit<StepProblem, "path">;

/** The names that a module exports; undefined: they can't be told without running it. */
export type ExportsOf = (file: string, source: string) => readonly string[] | undefined;

const extensions = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".tsx", ".jsx"];

export function checkReference(reference: string, project: LoadedProject, exportsOf: ExportsOf): Wrong | undefined {
  const [path = "", name, ...rest] = reference.split("#");
  if (!name || rest.length > 0 || path === "") {
    return {
      message: `"${reference}" is no reference to a function.`,
      hint: "Write module and export: `./steps.ts#research`.",
    };
  }
  if (!extensions.includes(extname(path))) {
    return { message: `"${path}" is no module.`, hint: `Modules end in ${extensions.slice(0, 6).join(", ")}.` };
  }
  const file = project.fileOf(reference);
  if (file === undefined) {
    return {
      message: `There is no ${path} within the project's folder.`,
      hint: "Paths of modules are relative to the project's folder, the one of the document.",
    };
  }
  const exports = exportsOf(file, readFileSync(file, "utf8"));
  return exports && !exports.includes(name) ? noExport(reference, exports) : undefined;
}

/** By `oxc-parser`, where the project has it; else nothing is told. */
export async function findExportsOf(): Promise<ExportsOf> {
  try {
    const { parseSync } = await importParser();
    return (file, source) => {
      const { module, errors } = parseSync(file, source);
      if (errors.length > 0 || !module.hasModuleSyntax) return undefined;
      const entries = module.staticExports.flatMap(({ entries }) => entries);
      if (entries.some(({ exportName }) => exportName.kind === "None")) return undefined;
      return entries.filter(({ isType }) => !isType).map(({ exportName }) => exportName.name ?? "default");
    };
  } catch {
    return () => undefined;
  }
}
