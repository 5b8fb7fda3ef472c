import type { StepType } from "@millrace/document";
import { importFor } from "./import-for.js";
import type { Project } from "./open-project.js";

/**
 * The step types of a project's documents: those of its config, and of packages that it has installed. One of the config's takes the
 * place of an installed one of the same name.
 */
export async function stepTypesOf({ root, config }: Project): Promise<readonly StepType[]> {
  const { installedStepTypes } = await importFor<typeof import("@millrace/document")>(root, "@millrace/document");
  return [...(await installedStepTypes(root)), ...(config.stepTypes ?? [])];
}
