import { flowClass } from "millrace";
import type { AnyFlow } from "./any-result.js";
import type { CommandContext } from "./context.js";
import { recordOf } from "./resume.js";

/**
 * A flow of a name without its code: for verbs that only look at stored runs or remove them, so that no file of the project
 * need be loaded.
 */
export async function operatorFlow({ project }: CommandContext, name: string): Promise<AnyFlow> {
  const nothing = { name: "nothing", starts: true, conditions: [], router: false, invoke: () => undefined };
  const made = flowClass({ name, steps: [nothing], signals: new Map() });
  return new made({ persistence: await project.persistence({ mustExist: true }) });
}

/**
 * As `operatorFlow`, of the flow that a run belongs to.
 * @throws {FlowError} RUN_NOT_FOUND
 */
export async function operatorFlowOf(context: CommandContext, id: string): Promise<AnyFlow> {
  return operatorFlow(context, (await recordOf(context, id)).flow);
}
