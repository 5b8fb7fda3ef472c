/** What a tool has brought, as the model is told it. */
import { type ModelMessage, toolModelMessageSchema } from "ai";
import type { ToolSpec } from "./tool-spec.js";

/** How a call of a tool has ended, as it is kept. */
export type ToolEnd =
  | { readonly status: "done"; readonly output: unknown }
  | { readonly status: "failed"; readonly error: string }
  | { readonly status: "invalid"; readonly error: string }
  | { readonly status: "denied"; readonly reason?: string };

type ToolMessage = Extract<ModelMessage, { role: "tool" }>;
export type ResultPart = Extract<ToolMessage["content"][number], { type: "tool-result" }>;

type CallNamed = Pick<ResultPart, "toolCallId" | "toolName">;

/** Of a call that never came to its end: providers refuse one without a result. */
export const brokenOff = (call: CallNamed): ResultPart =>
  failedResult(call, "The call was broken off before it had a result.");

/** Of a call that was a part of its step, which never came to its end. */
export const undone = (call: CallNamed): ResultPart =>
  failedResult(call, "What the call has done was undone: the reply was broken off.");

function failedResult({ toolCallId, toolName }: CallNamed, value: string): ResultPart {
  return { type: "tool-result", toolCallId, toolName, output: { type: "error-text", value } } as unknown as ResultPart;
}

/** For the tool message that answers the model. */
export async function resultPart(
  call: { readonly toolCallId: string; readonly toolName: string; readonly input: unknown },
  { end, spec }: { readonly end: ToolEnd; readonly spec: ToolSpec | undefined },
): Promise<ResultPart> {
  const { toolCallId, toolName } = call;
  const output = await modelOutput(end, { spec, call });
  return { type: "tool-result", toolCallId, toolName, output } as unknown as ResultPart;
}

async function modelOutput(
  end: ToolEnd,
  {
    spec,
    call: { toolCallId, input },
  }: { readonly spec: ToolSpec | undefined; readonly call: { readonly toolCallId: string; readonly input: unknown } },
): Promise<unknown> {
  if (end.status === "denied") {
    const reason = end.reason ?? "A person did not agree to this call.";
    return takesDenials() ? { type: "execution-denied", reason } : { type: "error-text", value: `Denied: ${reason}` };
  }
  if (end.status !== "done") return { type: "error-text", value: end.error };
  const { output } = end;
  if (spec?.toModelOutput) {
    // the older majors hand over the output alone
    const made = (await spec.toModelOutput(takesDenials() ? { toolCallId, input, output } : output)) as unknown;
    if (made !== undefined) return made;
  }
  return typeof output === "string" ? { type: "text", value: output } : { type: "json", value: jsonOf(output) };
}

/** Models read JSON: a Date is its text, and what JSON has no word for is left out. */
function jsonOf(output: unknown): unknown {
  const told = JSON.stringify(output, (_, value: unknown) => {
    if (typeof value === "bigint") return value.toString();
    if (value instanceof Map) return Object.fromEntries(value);
    if (value instanceof Set) return [...value];
    return value;
  });
  return told === undefined ? null : JSON.parse(told);
}

let denials: boolean | undefined;

/** Whether this major of `ai` has a word for a call that was denied. */
function takesDenials(): boolean {
  denials ??= toolModelMessageSchema.safeParse({
    role: "tool",
    content: [
      { type: "tool-result", toolCallId: "1", toolName: "a", output: { type: "execution-denied", reason: "no" } },
    ],
  }).success;
  return denials;
}
