/** The step types of a project's documents: those of its config, and of `@millrace/ai` where it is installed. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { StepType } from "@millrace/document";
import type { Project } from "./open-project.js";

/** One of the config's takes the place of an installed one of the same name. */
export async function stepTypesOf({ root, config }: Project): Promise<readonly StepType[]> {
  return [...(await installedStepTypes(root)), ...(config.stepTypes ?? [])];
}

async function installedStepTypes(root: string): Promise<readonly StepType[]> {
  let found: string;
  try {
    found = createRequire(join(root, "package.json")).resolve("@millrace/ai/document");
  } catch {
    return [];
  }
  const { aiSteps } = (await import(pathToFileURL(found).href)) as { readonly aiSteps: readonly StepType[] };
  return aiSteps;
}
