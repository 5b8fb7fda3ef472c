import { type RunRecord, runNotFound } from "millrace";
import type { ExitCode } from "../output/exit-codes.js";
import { flowByName } from "../project/find-flow.js";
import type { FoundFlow } from "../project/flows-of-file.js";
import type { CommandContext } from "./context.js";
import { drive, instanceOf } from "./drive.js";
import { driveFlags, type RunFlags } from "./run.js";

export interface ResumeFlags extends Pick<RunFlags, "timeout" | "returnOnSleep"> {
  readonly flow?: string;
}

/** `millrace resume`: goes on with a stored run where it stood. */
export async function resume(context: CommandContext, id: string, flags: ResumeFlags): Promise<ExitCode> {
  const limits = driveFlags(flags);
  const flow = await instanceOf(context, await flowOfRun(context, id, flags.flow));
  return drive(context, flow, (options) => flow.resume(id, { ...options, ...limits }));
}

/**
 * The flow that a stored run belongs to.
 * @throws {FlowError} RUN_NOT_FOUND – no such run is stored
 * @throws {FlowError} CLI_FLOW_NOT_FOUND – the project does not know its flow
 */
export async function flowOfRun({ project }: CommandContext, id: string, told?: string): Promise<FoundFlow> {
  return flowByName(project, (await recordOf({ project }, id)).flow, told);
}

/** @throws {FlowError} RUN_NOT_FOUND */
export async function recordOf({ project }: Pick<CommandContext, "project">, id: string): Promise<RunRecord> {
  const persistence = await project.persistence({ mustExist: true });
  const record = await persistence.get(id);
  if (!record) throw runNotFound(id);
  return record;
}
