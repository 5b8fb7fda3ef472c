import { type Duration, durationMs, fromJson, type JsonSchema } from "millrace";
import type { z } from "zod";
import { inputSchema } from "../inputs/input-schema.js";
import { readInputs } from "../inputs/read-inputs.js";
import type { ExitCode } from "../output/exit-codes.js";
import { findFlow, remember } from "../project/find-flow.js";
import type { FoundFlow } from "../project/flows-of-file.js";
import { mayPrompt } from "./answer-here.js";
import type { CommandContext } from "./context.js";
import { drive, instanceOf } from "./drive.js";

export interface RunFlags {
  readonly input?: readonly string[];
  readonly inputs?: string;
  readonly id?: string;
  readonly session?: string;
  readonly continue?: string;
  readonly timeout?: string;
  readonly returnOnSleep?: boolean | string;
}

/** `millrace run`: a new run, driven until it rests. */
export async function run(context: CommandContext, target: string, flags: RunFlags): Promise<ExitCode> {
  const { project } = context;
  const limits = driveFlags(flags);
  const found = await findFlow(project, target);
  const schema = inputSchema(found.flowClass);
  const given = await readInputs({ pairs: flags.input ?? [], whole: flags.inputs }, { cwd: project.cwd, schema });
  found.flowClass.plan();
  // what goes on from another run has what that was given
  const { id, session, continue: continues } = flags;
  const begins = session === undefined && continues === undefined;
  const asks = schema && begins && mayPrompt(context);
  const inputs = asks ? await askedInputs(found, { schema, given }) : given;
  const flow = await instanceOf(context, found);
  remember(project, found);
  return drive(context, flow, (options) => {
    const how = { ...options, ...limits, ...(id !== undefined && { id }) };
    if (session !== undefined) return flow.continue(session, inputs, how);
    return flow.kickoff(inputs, continues === undefined ? how : { ...how, continues });
  });
}

export async function askedInputs(
  { name, flowClass }: FoundFlow,
  { schema, given }: { readonly schema: JsonSchema; readonly given: object | undefined },
): Promise<object | undefined> {
  // a state's own fields are the flow's business, as far as they have a beginning
  const optional = flowClass.inputs !== undefined;
  const zod = (flowClass.inputs ?? flowClass.state) as z.ZodType;
  const { promptInputs } = await import("../prompts/prompt-inputs.js");
  return fromJson(await promptInputs({ flow: name, schema, zod, given, optional }), schema) as object | undefined;
}

/**
 * How a run is driven, as flags say.
 * @throws {FlowError} DEFINITION_DURATION_INVALID – one is no duration
 */
export function driveFlags({ timeout, returnOnSleep }: Pick<RunFlags, "timeout" | "returnOnSleep">) {
  return {
    ...(timeout !== undefined && { timeout: durationMs(timeout as Duration, "--timeout") }),
    ...(returnOnSleep !== undefined && {
      returnOnSleep:
        typeof returnOnSleep === "string" ? durationMs(returnOnSleep as Duration, "--return-on-sleep") : returnOnSleep,
    }),
  };
}
