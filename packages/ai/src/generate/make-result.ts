/** Of all answers and tool calls of one `generate`, what it answers. */
import type { ModelMessage } from "ai";
import { FlowError } from "millrace";
import { type AnswerCall, type StoredAnswer, textOf, written } from "../answer/stored-answer.js";
import type { ToolEnd } from "../tools/tool-output.js";
import { noUsage, sumUsage } from "../usage/usage-counts.js";
import type { FinishReason, Generated, ToolCallMade } from "./generated.js";
import type { PreparedCall } from "./prepared-call.js";

export interface MadeCall {
  readonly call: AnswerCall;
  readonly end: ToolEnd;
}

interface Brought {
  readonly answers: readonly StoredAnswer[];
  readonly messages: readonly ModelMessage[];
  readonly made: readonly MadeCall[];
  /** The last answer was asked for when all `maxSteps` had gone into calls of tools. */
  readonly isSpent: boolean;
}

export async function result(
  call: PreparedCall,
  { answers, messages, made, isSpent }: Brought,
): Promise<Generated<unknown>> {
  const last = answers.at(-1)!;
  const isCut = made.length > 0 && last.content.some((part) => part.type === "tool-call" && !part.providerExecuted);
  if (call.output && isCut) throw noAnswer(call, last);
  const text = textOf(last);
  return {
    text: call.output ? "" : text,
    output: call.output && (await call.output.parse(written(last))),
    reasoning: textOf(last, "reasoning"),
    toolCalls: made.map(
      ({ call: { toolCallId, toolName, input }, end }) => ({ toolCallId, toolName, input, ...end }) as ToolCallMade,
    ),
    messages,
    finishReason: isCut || isSpent ? "max-steps" : reasonOf(last),
    usage: answers.map(({ usage }) => usage).reduce(sumUsage, noUsage),
    steps: answers.length,
    model: last.model,
    modelId: last.modelId,
    fallbacks: answers.flatMap(({ fallbacks }) => fallbacks ?? []),
    sources: answers.flatMap(({ sources }) => sources ?? []),
    files: answers.flatMap(({ content }) =>
      content.flatMap((part) => (part.type === "file" ? [{ mediaType: part.mediaType, base64: part.data }] : [])),
    ),
    warnings: answers.flatMap(({ warnings }) => warnings ?? []),
  };
}

const known: ReadonlySet<string> = new Set(["stop", "length", "tool-calls", "error"]);
const reasonOf = ({ finishReason }: StoredAnswer): FinishReason =>
  known.has(finishReason) ? (finishReason as FinishReason) : "other";

function noAnswer({ maxSteps }: PreparedCall, { model }: StoredAnswer): FlowError {
  return new FlowError(
    "AI_OUTPUT_INVALID",
    `Model "${model}" was asked ${maxSteps} times, and still calls tools instead of answering.`,
    {
      hint: 'Raise `maxSteps`, or leave out `onMaxSteps: "stop"`: then it is asked once more, without tools.',
      details: { problems: [] },
    },
  );
}
