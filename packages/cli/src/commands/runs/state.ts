import { exitCodes } from "../../output/exit-codes.js";
import type { CommandContext } from "../context.js";
import { positionOf } from "../fork.js";
import { operatorFlowOf } from "../operator-flow.js";

/** `millrace runs state`: the state of a stored run, of now or of any moment. */
export async function state(context: CommandContext, ...[id, { at }]: [id: string, flags: { readonly at?: string }]) {
  const position = positionOf(at);
  const flow = await operatorFlowOf(context, id);
  const found: unknown = await flow.runs.stateAt(id, position);
  context.out.object({ ok: true, id, state: found ?? null });
  context.out.result(found ?? null);
  return exitCodes.completed;
}
