import { inputSchema } from "../inputs/input-schema.js";
import { exitCodes } from "../output/exit-codes.js";
import { findFlow } from "../project/find-flow.js";
import type { CommandContext } from "./context.js";

/** `millrace schema`: what a flow takes, as JSON Schema. */
export async function schema({ project, out }: CommandContext, target: string) {
  const { flowClass } = await findFlow(project, target);
  const found = inputSchema(flowClass) ?? { type: "object", additionalProperties: flowClass.state === undefined };
  out.write(JSON.stringify(found, null, out.mode === "text" ? 2 : undefined));
  return exitCodes.completed;
}
