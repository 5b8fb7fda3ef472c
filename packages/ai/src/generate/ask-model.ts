/** One request to one model: its answer, read to the end. What goes wrong is a FlowError, or what the step was told to stop by. */
import type { ModelMessage } from "ai";
import { FlowError } from "millrace";
import { AnswerReader } from "../answer/answer-reader.js";
import { CallIds } from "../answer/call-ids.js";
import type { Tell } from "../answer/chunk-teller.js";
import type { StoredAnswer } from "../answer/stored-answer.js";
import { innermost, providerError } from "../errors/provider-error.js";
import { costOf, findModel, type ModelChoice, modelName, type NamedModel, providerOf } from "../models/index.js";
import { Refused, refusesSchema, type SchemaWay, schemaWay } from "../output/schema-support.js";
import { readUsage, usageCounts } from "../usage/usage-counts.js";
import { logWarnings } from "./log-warnings.js";
import { type OpenStream, openStream } from "./open-stream.js";
import type { PreparedCall } from "./prepared-call.js";
import { Stop } from "./stop.js";

export interface Request {
  readonly messages: readonly ModelMessage[];
  /** What ids of its parts begin with. */
  readonly place: string;
  readonly tell: Tell;
  /** It may call no tools any more. */
  readonly final?: boolean;
}

/** How the stream says that the answer has ended. */
interface Finished {
  readonly finishReason?: string;
  readonly rawFinishReason?: string;
  readonly usage?: unknown;
  readonly response?: { readonly modelId?: string };
}

/** One that failed: `begun` says whether anything of its answer had come. */
export class FailedAnswer {
  readonly error: unknown;
  readonly begun: boolean;

  constructor(error: unknown, begun: boolean) {
    this.error = error;
    this.begun = begun;
  }
}

/** @throws {FailedAnswer} */
export async function askModel(choice: ModelChoice, call: PreparedCall, request: Request): Promise<StoredAnswer> {
  const { place, tell } = request;
  const reader = new AnswerReader({
    place,
    tell,
    output: call.output,
    ids: new CallIds(`${call.tools.call.runId} ${place}`),
  });
  // the words of an object are none of a conversation
  if (!call.output) call.unfinished.reads(reader);
  const stop = new Stop(call);
  let name = nameOf(choice);
  try {
    stop.throwIfStopped();
    const found = await stop.race(findModel(choice));
    name = found.name;
    const read = await readAnswer(found, call, { request, reader, stop });
    const answer = await wholeAnswer(read, { name, reader, call });
    return request.final ? withoutCalls(answer) : answer;
  } catch (error) {
    throw new FailedAnswer(
      stop.reason ?? providerError(error, { model: name, begun: reader.begun, provider: providerOf(name) }),
      reader.begun,
    );
  } finally {
    stop.close();
  }
}

/** Of a choice that was not looked up. */
export const nameOf = (choice: ModelChoice): string => (typeof choice === "string" ? choice : modelName(choice));

interface Read {
  readonly end: Finished | undefined;
  readonly warnings: readonly unknown[];
}

interface Reading {
  readonly request: Request;
  readonly reader: AnswerReader;
  readonly stop: Stop;
}

/** Where the service refuses to be told of a schema, the model itself is. */
async function readAnswer(found: NamedModel, call: PreparedCall, { request, reader, stop }: Reading): Promise<Read> {
  const { output, tools } = call;
  const { model, name } = found;
  const { messages, final = false } = request;
  const { signal } = stop;
  const read = (way: SchemaWay) =>
    readStream(openStream(found, call, { messages, final, signal, way }), { request, reader, stop });
  if (!output) return read("schema");
  if (refused.has(name, output.words)) return read("words");
  try {
    return await read(schemaWay(model));
  } catch (error) {
    if (reader.begun || stop.reason !== undefined || !refusesSchema(innermost(error))) throw error;
    refused.add(name, output.words);
    tools.call.logger.warn(`Model "${name}" takes no schema of its answer: it is told in words.`);
    return read("words");
  }
}

const refused = new Refused();

async function readStream({ stream, warnings }: OpenStream, { request, reader, stop }: Reading): Promise<Read> {
  const parts = stream.getReader();
  // what is waited for ends at once: a provider that does not listen to signals holds nobody up
  const leave = () => void parts.cancel().catch(() => undefined);
  stop.signal.addEventListener("abort", leave, { once: true });
  let end: Finished | undefined;
  try {
    for (;;) {
      const { done, value: part } = await parts.read();
      stop.throwIfStopped();
      if (done) break;
      if (part.type === "error" && !(request.final && isHeldBack(part.error))) throw part.error;
      if (part.type === "finish-step") end = part as Finished;
      else {
        const told = reader.read(part);
        if (told) await told;
      }
    }
  } finally {
    stop.signal.removeEventListener("abort", leave);
    leave();
  }
  return { end, warnings };
}

/** Models that are told to call nothing may do so all the same. Some majors of the library keep that back, and say so. */
const isHeldBack = (error: unknown) => (error as { name?: unknown } | null)?.name === "AI_ToolChoiceViolationError";

const withoutCalls = ({ content, ...answer }: StoredAnswer): StoredAnswer => ({
  ...answer,
  content: content.filter((part) => part.type !== "tool-call" || part.providerExecuted),
});

async function wholeAnswer(
  { end, warnings }: Read,
  { name, reader, call }: { readonly name: string; readonly reader: AnswerReader; readonly call: PreparedCall },
): Promise<StoredAnswer> {
  if (!end || isCutOff(end)) throw brokenOff(name);
  const usage = readUsage(end.usage);
  const { inputTokens: input, outputTokens: output, cachedInputTokens: cachedInput } = usage;
  const cost = costOf(name, { input, output, cachedInput }, call.prices);
  call.tools.addUsage({ ...usageCounts(name, usage), ...(cost !== undefined && { [`${name}:cost_usd`]: cost }) });
  logWarnings(warnings, name, call);
  if (end.finishReason === "content-filter") throw refusal(name);
  return {
    model: name,
    modelId: end.response?.modelId ?? name.slice(name.indexOf("/") + 1),
    content: await reader.finish(),
    finishReason: end.finishReason ?? "other",
    usage,
    ...(Object.keys(reader.unreadable).length > 0 && { unreadable: reader.unreadable }),
    ...(reader.sources.length > 0 && { sources: reader.sources }),
    ...(warnings.length > 0 && { warnings }),
  };
}

/** The connection has ended, the answer has not: nobody has said why it ended, or what it has used. */
function isCutOff({ finishReason, rawFinishReason, usage }: Finished): boolean {
  if (finishReason !== undefined && finishReason !== "unknown" && finishReason !== "other") return false;
  const { inputTokens, outputTokens } = readUsage(usage);
  return rawFinishReason === undefined && inputTokens + outputTokens === 0;
}

function brokenOff(model: string): FlowError {
  return new FlowError("AI_STREAM_BROKEN", `Model "${model}" broke off in its answer.`, {
    hint: "Give the step `retry`: the answer is asked for anew.",
    details: { model },
  });
}

function refusal(model: string): FlowError {
  return new FlowError("AI_REFUSED", `Model "${model}" refused to answer.`, {
    hint: "Reword the prompt, or handle the failure in a step that waits for it.",
    details: { model },
  });
}
