import { inputSchema } from "../inputs/input-schema.js";
import { exitCodes } from "../output/exit-codes.js";
import { findFlow } from "../project/find-flow.js";
import { importFor } from "../project/import-for.js";
import type { Project } from "../project/open-project.js";
import { stepTypesOf } from "../project/step-types.js";
import type { CommandContext } from "./context.js";

/** `millrace schema`: what a flow takes, or without a flow what documents may hold, as JSON Schema. */
export async function schema({ project, out }: CommandContext, target: string | undefined) {
  const found = target === undefined ? await ofDocuments(project) : await ofInputs(project, target);
  out.write(JSON.stringify(found, null, out.mode === "text" ? 2 : undefined));
  return exitCodes.completed;
}

/** The project's step types are part of it. */
async function ofDocuments(project: Project): Promise<object> {
  const { documentSchema } = await importFor<typeof import("@millrace/document")>(project.root, "@millrace/document");
  return documentSchema(await stepTypesOf(project));
}

async function ofInputs(project: Project, target: string): Promise<object> {
  const { flowClass } = await findFlow(project, target);
  return inputSchema(flowClass) ?? { type: "object", additionalProperties: flowClass.state === undefined };
}
