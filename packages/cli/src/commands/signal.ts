import type { ExitCode } from "../output/exit-codes.js";
import type { CommandContext } from "./context.js";
import { drive, instanceOf } from "./drive.js";
import { jsonOrText } from "./json-or-text.js";
import { flowOfRun } from "./resume.js";
import { driveFlags } from "./run.js";

export interface SignalFlags {
  readonly flow?: string;
  readonly signalId?: string;
  readonly returnOnSleep?: boolean | string;
}

/** `millrace signal`: stores a signal for a run, and drives it on unless somebody else does. */
export async function signal(
  context: CommandContext,
  ...[id, name, payload, flags]: [id: string, name: string, payload: string | undefined, flags: SignalFlags]
): Promise<ExitCode> {
  const how = driveFlags(flags);
  const given = payload === undefined ? undefined : await jsonOrText(payload, context.project.cwd);
  const flow = await instanceOf(context, await flowOfRun(context, id, flags.flow));
  const { signalId } = flags;
  return drive(context, flow, ({ stopSignal }) =>
    flow.signal(id, name, given, {
      ...how,
      ...(stopSignal && { stopSignal }),
      ...(signalId !== undefined && { id: signalId }),
    }),
  );
}
