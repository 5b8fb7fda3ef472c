import { FlowError, fromJson, type JournalPosition, type JsonSchema } from "millrace";
import { withPairs } from "../inputs/input-pairs.js";
import { inputSchema } from "../inputs/input-schema.js";
import { type ExitCode, exitCodes } from "../output/exit-codes.js";
import type { FoundFlow } from "../project/flows-of-file.js";
import type { CommandContext } from "./context.js";
import { drive, instanceOf } from "./drive.js";
import { flowOfRun } from "./resume.js";

export interface ForkFlags {
  readonly at?: string;
  readonly state?: readonly string[];
  readonly id?: string;
  readonly run?: boolean;
  readonly flow?: string;
}

/** `millrace fork`: a new run from any position of another one, driven only with `--run`. */
export async function fork(context: CommandContext, id: string, flags: ForkFlags): Promise<ExitCode> {
  const at = positionOf(flags.at);
  const found = await flowOfRun(context, id, flags.flow);
  const flow = await instanceOf(context, found);
  const state = flags.state && stateEdit(flags.state, found);
  const made = await flow.runs.fork(id, {
    ...(at !== undefined && { at }),
    ...(state && { state }),
    ...(flags.id && { id: flags.id }),
  });
  const { out } = context;
  if (flags.run) return drive(context, flow, (options) => flow.resume(made.id, options));
  out.object({ ok: true, id: made.id, status: made.status, forkedFrom: made.forkedFrom });
  if (out.mode === "text") out.write(made.id);
  out.note(`To drive it: ${context.again("resume", made.id)}`);
  return exitCodes.completed;
}

/**
 * `12`, `step` or `step#2`.
 * @throws {FlowError} CLI_USAGE_INVALID – it is none of these
 */
export function positionOf(text: string | undefined): JournalPosition | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const [, step, number] = /^([^#]+)(?:#([1-9]\d*))?$/.exec(text) ?? [];
  if (step !== undefined) return { step, ...(number !== undefined && { number: Number(number) }) };
  throw new FlowError("CLI_USAGE_INVALID", `"${text}" is no position of a run.`, {
    hint: "Give the number of an entry, or a step after whose call it is: 12, write, write#2.",
  });
}

/** Puts values over the state, inside of objects too. */
function stateEdit(pairs: readonly string[], { flowClass }: FoundFlow): (state: unknown) => unknown {
  const schema: JsonSchema | undefined = inputSchema({ state: flowClass.state });
  return (state) => ({
    ...(state as object),
    ...(fromJson(withPairs(plainCopy(state), pairs, schema), schema) as object),
  });
}

/** The state is a draft: what is changed in it is changed in a copy. */
const plainCopy = (state: unknown): object => structuredClone({ ...(state as object) });
