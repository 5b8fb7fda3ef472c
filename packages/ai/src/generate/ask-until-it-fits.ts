/**
 * A structured answer that does not fit is told what is wrong with it, so many times. What did not fit is kept by nobody; what it has
 * used counts.
 */
import type { ModelMessage } from "ai";
import { FlowError } from "millrace";
import type { Chunk, Tell } from "../answer/chunk-teller.js";
import { isLast, type StoredAnswer, written } from "../answer/stored-answer.js";
import { sumUsage } from "../usage/usage-counts.js";
import { askInTurn } from "./ask-in-turn.js";
import { nameOf, type Request } from "./ask-model.js";
import type { PreparedCall } from "./prepared-call.js";

/** @throws {FlowError} AI_OUTPUT_INVALID – none has fitted */
export async function askUntilItFits(call: PreparedCall, request: Request): Promise<StoredAnswer> {
  const { output, corrections, tools } = call;
  let answer = await askInTurn(call, request);
  for (let left = corrections; output && isLast(answer); left--) {
    const problem = await misfit(answer, call);
    if (!problem) break;
    // what was cut off would be cut off again
    if (left <= 0 || written(answer).isCut) throw problem;
    tools.call.logger.debug(`${problem.message} It is told so.`);
    const next = await corrected(answer, problem, { call, request });
    answer = { ...next, usage: sumUsage(answer.usage, next.usage) };
  }
  return answer;
}

async function misfit(answer: StoredAnswer, { output }: PreparedCall): Promise<FlowError | undefined> {
  try {
    await output!.parse(written(answer));
    return undefined;
  } catch (error) {
    if (FlowError.is(error, "AI_OUTPUT_INVALID")) return error;
    throw error;
  }
}

/** Whoever gave the answer is asked for another. Where that fails, what stands is that it did not fit. */
async function corrected(
  answer: StoredAnswer,
  problem: FlowError,
  { call, request }: { readonly call: PreparedCall; readonly request: Request },
): Promise<StoredAnswer> {
  const { text } = written(answer);
  const same = call.models.filter((model) => nameOf(model) === answer.model);
  const messages: readonly ModelMessage[] = [
    ...request.messages,
    ...(text === "" ? [] : [{ role: "assistant" as const, content: text }]),
    { role: "user", content: `${problem.message}\n\n${call.output!.words}` },
  ];
  try {
    return await askInTurn(
      { ...call, models: same.length > 0 ? same : call.models },
      { ...request, messages, tell: further(request.tell) },
    );
  } catch (error) {
    if (call.tools.call.abortSignal.aborted || !FlowError.is(error)) throw error;
    call.tools.call.logger.warn(`${error.message} What it was asked to correct stays as it was.`);
    throw problem;
  }
}

/** The same step goes on: it begins once, and its thoughts bear the ids of the first ones. */
const further =
  (tell: Tell): Tell =>
  (chunk: Chunk) => {
    if (chunk.type !== "start-step" && !chunk.type.startsWith("reasoning-")) tell(chunk);
  };
