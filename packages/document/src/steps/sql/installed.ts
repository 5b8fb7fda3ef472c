/**
 * What a sql step finds by its name: its driver, and the file of the process that runs statements. Found from this module, or, where it
 * became a part of a bundle, from the folder of the program; in no way that bundlers follow.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { stepError } from "../step-error.js";

/** None in what was bundled as CommonJS. */
const here = (import.meta.url as string | undefined)?.startsWith("file:") ? import.meta.url : undefined;

/** @throws {FlowError} STEP_SQL_FAILED – the package is not there */
export function driverUrl(): string {
  return pathToFileURL(installed("better-sqlite3")).href;
}

/** @throws {FlowError} STEP_SQL_FAILED – it is neither beside this module nor in the installed package */
export function statementProgram(): string {
  const file = "statement-process.mjs";
  const beside = here && join(dirname(fileURLToPath(here)), file);
  return beside && existsSync(beside) ? beside : join(dirname(installed("@millrace/document")), file);
}

function installed(name: string): string {
  let cause: unknown;
  for (const from of [here, join(process.cwd(), "package.json")]) {
    if (from === undefined) continue;
    try {
      return createRequire(from).resolve(name);
    } catch (error) {
      cause = error;
    }
  }
  throw stepError("STEP_SQL_FAILED", `A sql step needs the package ${name}, which is not there.`, {
    hint: `Install it: npm install ${name}.`,
    cause,
  });
}
