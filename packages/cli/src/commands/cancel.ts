import { FlowError } from "millrace";
import { type ExitCode, exitCodes } from "../output/exit-codes.js";
import type { AnyFlow } from "./any-result.js";
import type { CommandContext } from "./context.js";
import { instanceOf } from "./drive.js";
import { operatorFlowOf } from "./operator-flow.js";
import { flowOfRun, recordOf } from "./resume.js";

/** `millrace cancel`: ends a run; one that another process drives is ended there. */
export async function cancel(
  context: CommandContext,
  ...[id, { reason, flow: told }]: [id: string, flags: { readonly reason?: string; readonly flow?: string }]
): Promise<ExitCode> {
  const flow = await flowToCancel(context, id, told);
  await flow.runs.cancel(id, ...(reason === undefined ? [] : [reason]));
  const { status } = await recordOf(context, id);
  const { out } = context;
  out.object({ ok: true, id, status });
  if (out.mode === "text") out.write(`${id}\t${status}`);
  if (status === "running") out.note("Its process was told.");
  return exitCodes.completed;
}

/** No step of a cancelled run is started: where its flow's code is not to be found, it is ended without. */
async function flowToCancel(context: CommandContext, id: string, told: string | undefined): Promise<AnyFlow> {
  try {
    return await instanceOf(context, await flowOfRun(context, id, told));
  } catch (error) {
    if (told !== undefined || !FlowError.is(error) || !error.code.startsWith("CLI_")) throw error;
    return operatorFlowOf(context, id);
  }
}
