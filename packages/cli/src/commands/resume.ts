import { FlowError, nearest, type RunRecord, runNotFound } from "millrace";
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
  if (record) return record;
  const { runs } = await persistence.list({ limit: 200 });
  throw runNotFoundHere(
    id,
    runs.map((run) => run.id),
  );
}

/** @param ids Those that are, the newest first: of a shortened one the first that begins so is meant. */
function runNotFoundHere(id: string, ids: readonly string[]): FlowError {
  const meant = ids.find((one) => id.length >= 4 && one.startsWith(id)) ?? nearest(id, ids);
  const error = runNotFound(id);
  if (meant === undefined) return error;
  return new FlowError("RUN_NOT_FOUND", error.message, { hint: `Did you mean "${meant}"?` });
}
