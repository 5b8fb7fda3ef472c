/** The inputs of a turn: the message, and what the chat as a whole was given with its first one. */
import { FlowError, fromJson, nearest, type RunRecord, toJson } from "millrace";
import type { z } from "zod";
import type { ChatPlace } from "./chat-place.js";
import type { ChatRequest } from "./chat-request.js";
import { jsonText } from "./reply/index.js";

type Inputs = Readonly<Record<string, unknown>>;

export interface TurnInputs {
  readonly inputs: Inputs;
  /** Those of the chat as they were sent, to be kept with the turn; absent: the flow's state keeps them. */
  readonly sent?: Inputs;
}

/**
 * @throws {FlowError} CHAT_REQUEST_INVALID – the chat has no such input
 * @throws {FlowError} CHAT_INPUTS_SET – it was given another value before
 */
export async function turnInputs(
  place: ChatPlace,
  request: Pick<ChatRequest, "last" | "before" | "extra">,
  newest: RunRecord | undefined,
): Promise<TurnInputs> {
  const { shape, hosted, feeds } = place;
  checkNames(place, request.extra);
  const extra = fromJson(request.extra, hosted.inputs) as Inputs;
  const said = {
    [shape.message]: request.last,
    ...(shape.history !== undefined && { [shape.history]: request.before }),
  };
  const keeps = shape.ownInputs && shape.sessionInputs.length > 0;
  if (!newest) return { inputs: { ...extra, ...said }, ...(keeps && { sent: request.extra }) };
  // each turn was given them again, those of a flow whose inputs are its state only the first
  const first = shape.ownInputs ? newest : await oldestRun(place);
  const names = Object.keys(extra);
  if (!keeps && names.length === 0) return { inputs: said };
  const given = ((await hosted.flow.runs.inputs(first.id)) ?? {}) as Inputs;
  const before = keeps ? await feeds.sent(hosted, newest.id) : undefined;
  const isAsSent = (name: string) =>
    before !== undefined && Object.hasOwn(before, name) && jsonText(before[name]) === jsonText(request.extra[name]);
  for (const name of names) if (!isAsSent(name)) checkSame(place, name, { now: extra[name], before: given[name] });
  if (!keeps) return { inputs: said };
  // where nobody knows how they were sent, what makes the same of them is as good
  const sent = before ?? request.extra;
  const made = shape.sessionInputs.filter(
    (name) => !Object.hasOwn(sent, name) && !isMadeAnew(place, name, given[name]),
  );
  const again = {
    ...Object.fromEntries(made.map((name) => [name, given[name]])),
    ...(fromJson(sent, hosted.inputs) as Inputs),
  };
  return { inputs: { ...again, ...said }, sent };
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
  const read = schemaOf(place, name)?.safeParse(now);
  if (jsonText(toJson(read?.success ? read.data : now)) === jsonText(toJson(before))) return;
  throw new FlowError("CHAT_INPUTS_SET", `"${name}" was given another value with the first message of the chat.`, {
    hint: "Leave it away, send the same value again, or begin another chat.",
    details: { input: name },
  });
}

/** Whether the flow makes the same once more of an input that was not sent. */
function isMadeAnew(place: ChatPlace, name: string, given: unknown): boolean {
  if (given === undefined) return true;
  const read = schemaOf(place, name)?.safeParse(undefined);
  return read?.success === true && jsonText(toJson(read.data)) === jsonText(toJson(given));
}

const schemaOf = ({ hosted: { flowClass } }: ChatPlace, name: string): z.ZodType | undefined =>
  fieldOf(flowClass.inputs ?? flowClass.state, name);

function fieldOf(schema: unknown, name: string): z.ZodType | undefined {
  const { shape } = (schema as { _zod?: { def?: { shape?: Record<string, z.ZodType> } } })?._zod?.def ?? {};
  return shape && Object.hasOwn(shape, name) ? shape[name] : undefined;
}

async function oldestRun({ hosted, session }: ChatPlace): Promise<RunRecord> {
  let oldest: RunRecord | undefined;
  for await (const record of hosted.flow.runs.line(session)) oldest = record;
  return oldest!;
}
