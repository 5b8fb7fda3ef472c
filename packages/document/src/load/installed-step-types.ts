import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { StepType } from "../step-type.js";

/**
 * The step types of packages that a project has installed: those of `@millrace/ai`, if it is there. For programs that load whatever
 * documents they are given; a program that knows its documents imports what they need.
 *
 * @param root the project's folder @default the working directory
 * @example
 * const { flows } = await loadDocument("chat.yaml", { stepTypes: await installedStepTypes() });
 */
export async function installedStepTypes(root: string = process.cwd()): Promise<readonly StepType[]> {
  let found: string;
  try {
    found = createRequire(join(root, "package.json")).resolve("@millrace/ai/document");
  } catch {
    return [];
  }
  const module = (await import(
    /* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ pathToFileURL(found).href
  )) as {
    readonly aiSteps: readonly StepType[];
  };
  return module.aiSteps;
}
