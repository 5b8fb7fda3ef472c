import type { ModelMessage } from "ai";
import type { MemoryMessage } from "millrace";
import type { z } from "zod";
import { type AnswerCall, callsOf } from "../answer/stored-answer.js";
import { runToolCalls } from "../tools/run-tool-calls.js";
import { resultPart } from "../tools/tool-output.js";
import type { ToolRecord } from "../tools/tool-record.js";
import { conversation } from "./conversation.js";
import type { GenerateOptions } from "./generate-options.js";
import type { Generated } from "./generated.js";
import { type MadeCall, result } from "./make-result.js";
import { type ModelStep, modelStep } from "./model-step.js";
import { type PreparedCall, preparedCall } from "./prepared-call.js";

/**
 * Inside a step: asks a model. What it answers is stored before the step goes on, and so is each call of a tool that it makes: a step that
 * is begun again after a crash, a retry or an answer of people is answered from there, and nothing is bought twice. The running step
 * is found by itself; what the model says is streamed as its chunks, what it has used is counted as its usage.
 *
 * @throws {FlowError} STATE_OUTSIDE_STEP – no step is running here
 * @throws {FlowError} AI_CALL_INVALID, AI_TOOL_INVALID – it can't be asked like this
 * @throws {FlowError} AI_OUTPUT_INVALID – the answer does not fit `output`
 * @throws {FlowError} AI_MODEL_UNKNOWN, AI_KEY_MISSING, AI_KEY_REFUSED, AI_RATE_LIMITED, AI_CONTEXT_TOO_LONG, AI_REFUSED,
 * AI_STREAM_BROKEN, AI_TIMEOUT, AI_PROVIDER_FAILED – the provider gave no answer
 * @example
 * class Poem extends Flow<typeof Poem> {
 *   static inputs = z.object({ topic: z.string() });
 *   @start() async write({ topic }: { topic: string }) {
 *     const { text } = await generate({ model: "openai/gpt-5", prompt: `A haiku about ${topic}.` });
 *     return text;
 *   }
 * }
 */
export function generate<O extends z.ZodType, const T extends ToolRecord = ToolRecord>(
  options: GenerateOptions<T, O> & { readonly output: O },
): Promise<Generated<z.output<O>, T>>;
export function generate<const T extends ToolRecord = ToolRecord>(
  options: GenerateOptions<T, undefined> & { readonly output?: undefined },
): Promise<Generated<undefined, T>>;
export async function generate(options: GenerateOptions): Promise<Generated<unknown>> {
  const call = await preparedCall(options);
  const { memory, now, unfinished, tools } = call;
  const left = memory?.leave(() => unfinished.messages(now) as readonly MemoryMessage[] | undefined);
  try {
    const generated = await answered(call);
    left?.done();
    return generated;
  } catch (error) {
    if (!tools.call.abortSignal.aborted) {
      unfinished.failed(error);
      left?.failed();
    }
    throw error;
  }
}

async function answered(call: PreparedCall): Promise<Generated<unknown>> {
  const { unfinished } = call;
  const told = await conversation(call);
  const steps: ModelStep[] = [];
  const made: MadeCall[] = [];
  for (let number = 1; ; number++) {
    const messages = [...told, ...unfinished.added];
    const final = number > call.maxSteps;
    const step = await modelStep(call, { number, messages, final });
    steps.push(step);
    const { answer } = step;
    const calls = callsOf(answer);
    unfinished.answered(answer.content, calls);
    if (calls.length > 0) made.push(...(await toolRound(calls, { call, step, number, messages })));
    step.tell({ type: "finish-step", id: step.place });
    if (calls.length > 0) unfinished.allEnded();
    const isSpent = number >= call.maxSteps && call.onMaxSteps === "stop";
    if (calls.length > 0 && !isSpent) continue;
    const { added } = unfinished;
    const answers = steps.map(({ answer }) => answer);
    const generated = await result(call, { answers, messages: added, made, isSpent: final });
    call.memory?.add(...([...call.now, ...added] as MemoryMessage[]));
    return generated;
  }
}

interface MadeRound {
  readonly call: PreparedCall;
  readonly step: ModelStep;
  readonly number: number;
  readonly messages: readonly ModelMessage[];
}

async function toolRound(
  calls: readonly AnswerCall[],
  { call, step, number, messages }: MadeRound,
): Promise<readonly MadeCall[]> {
  const { tools, specs, key, unfinished } = call;
  const made: MadeCall[] = [];
  await runToolCalls(calls, {
    tools,
    specs,
    key: `${key}.${number}`,
    messages,
    unreadable: step.answer.unreadable ?? {},
    tell: step.tell,
    ended: async (index, end) => {
      const one = calls[index]!;
      const spec = specs.get(one.toolName);
      made[index] = { call: one, end };
      unfinished.ended(index, await resultPart(one, { end, spec }), { undone: spec?.inStep === true });
    },
  });
  return made;
}
