/** The inputs of a turn: the message, and what the chat as a whole was given with its first one. */
import { FlowError, fromJson, nearest, type RunRecord, toJson } from "millrace";
import type { z } from "zod";
import type { ChatPlace } from "./chat-place.js";
import type { ChatRequest } from "./chat-request.js";
import { jsonText } from "./reply/index.js";

type Inputs = Readonly<Record<string, unknown>>;

/**
 * @throws {FlowError} CHAT_REQUEST_INVALID – the chat has no such input
 * @throws {FlowError} CHAT_INPUTS_SET – it was given another value before
 */
export async function turnInputs(
  place: ChatPlace,
  request: Pick<ChatRequest, "last" | "before" | "extra">,
  newest: RunRecord | undefined,
): Promise<Inputs> {
  const { shape, hosted } = place;
  checkNames(place, request.extra);
  const extra = fromJson(request.extra, hosted.inputs) as Inputs;
  const said = {
    [shape.message]: request.last,
    ...(shape.history !== undefined && { [shape.history]: request.before }),
  };
  if (!newest) return { ...extra, ...said };
  // each turn was given them again, those of a flow whose inputs are its state only the first
  const first = shape.ownInputs ? newest : await oldestRun(place);
  const names = Object.keys(extra);
  if (!shape.ownInputs && names.length === 0) return said;
  const given = ((await hosted.flow.runs.inputs(first.id)) ?? {}) as Inputs;
  for (const name of names) checkSame(place, name, { now: extra[name], before: given[name] });
  const kept = shape.ownInputs ? shape.sessionInputs.filter((name) => given[name] !== undefined) : [];
  return { ...Object.fromEntries(kept.map((name) => [name, given[name]])), ...said };
}

function checkNames({ shape, hosted }: ChatPlace, extra: Inputs): void {
  for (const name of Object.keys(extra)) {
    if (shape.sessionInputs.includes(name)) continue;
    const near = nearest(name, shape.sessionInputs);
    const known = shape.sessionInputs.length > 0 ? `It has: ${shape.sessionInputs.join(", ")}.` : "It has none.";
    throw new FlowError("CHAT_REQUEST_INVALID", `Flow "${hosted.name}" has no chat input "${name.slice(0, 100)}".`, {
      hint: near === undefined ? known : `Did you mean "${near}"?`,
    });
  }
}

function checkSame(place: ChatPlace, name: string, { now, before }: { now: unknown; before: unknown }): void {
  const { flowClass } = place.hosted;
  const schema = fieldOf(flowClass.inputs ?? flowClass.state, name);
  const read = schema?.safeParse(now);
  if (jsonText(toJson(read?.success ? read.data : now)) === jsonText(toJson(before))) return;
  throw new FlowError("CHAT_INPUTS_SET", `"${name}" was given another value with the first message of the chat.`, {
    hint: "Leave it away, send the same value again, or begin another chat.",
    details: { input: name },
  });
}

function fieldOf(schema: unknown, name: string): z.ZodType | undefined {
  const { shape } = (schema as { _zod?: { def?: { shape?: Record<string, z.ZodType> } } })?._zod?.def ?? {};
  return shape && Object.hasOwn(shape, name) ? shape[name] : undefined;
}

async function oldestRun({ hosted, session }: ChatPlace): Promise<RunRecord> {
  let oldest: RunRecord | undefined;
  for await (const record of hosted.flow.runs.line(session)) oldest = record;
  return oldest!;
}
