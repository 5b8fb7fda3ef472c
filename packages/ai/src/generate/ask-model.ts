/** One request to one model: its answer, read to the end. What goes wrong is a FlowError, or what the step was told to stop by. */
import { type ModelMessage, streamText } from "ai";
import { FlowError } from "millrace";
import { AnswerReader, type StreamPart } from "../answer/answer-reader.js";
import { CallIds, runIdsOf } from "../answer/call-ids.js";
import type { Tell } from "../answer/chunk-teller.js";
import type { StoredAnswer } from "../answer/stored-answer.js";
import { providerError } from "../errors/provider-error.js";
import { costOf, findModel, type LanguageModel, type ModelChoice, modelName } from "../models/index.js";
import { textSettings } from "../output/output-reader.js";
import { readUsage, usageCounts } from "../usage/usage-counts.js";
import type { PreparedCall } from "./prepared-call.js";

export interface Request {
  readonly messages: readonly ModelMessage[];
  /** What ids of its parts begin with. */
  readonly place: string;
  readonly tell: Tell;
  /** Ids of tool calls that there are already. */
  readonly taken: ReadonlySet<string>;
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
  const { place, tell, taken } = request;
  const reader = new AnswerReader({
    place,
    tell,
    output: call.output,
    ids: new CallIds({ told: taken, run: runIdsOf(call.tools) }, place),
  });
  const stop = new Stop(call);
  let name = nameOf(choice);
  try {
    stop.throwIfStopped();
    const found = await stop.race(findModel(choice));
    name = found.name;
    const read = await readStream(streamed(found.model, call, { request, stop }), { reader, stop });
    return await wholeAnswer(read, { name, reader, call });
  } catch (error) {
    throw new FailedAnswer(stop.reason ?? providerError(error, { model: name, begun: reader.begun }), reader.begun);
  } finally {
    stop.close();
  }
}

/** Of a choice that was not looked up. */
export const nameOf = (choice: ModelChoice): string => (typeof choice === "string" ? choice : modelName(choice));

interface Streamed {
  readonly stream: AsyncIterable<StreamPart>;
  readonly warnings: () => readonly unknown[];
}

interface Read {
  readonly end: Finished | undefined;
  readonly warnings: readonly unknown[];
}

async function readStream(
  { stream, warnings }: Streamed,
  { reader, stop }: { readonly reader: AnswerReader; readonly stop: Stop },
): Promise<Read> {
  const iterator = stream[Symbol.asyncIterator]();
  let end: Finished | undefined;
  for (;;) {
    const next = await stop.race(iterator.next());
    if (next.done) break;
    const part = next.value;
    if (part.type === "error") throw part.error;
    if (part.type === "finish-step") end = part as Finished;
    else await reader.read(part);
  }
  stop.throwIfStopped();
  return { end, warnings: warnings() };
}

async function wholeAnswer(
  { end, warnings }: Read,
  { name, reader, call }: { readonly name: string; readonly reader: AnswerReader; readonly call: PreparedCall },
): Promise<StoredAnswer> {
  if (!end || isCutOff(end)) throw brokenOff(name);
  const usage = readUsage(end.usage);
  const { inputTokens: input, outputTokens: output, cachedInputTokens: cachedInput } = usage;
  const cost = costOf(name, { input, output, cachedInput }, call.prices);
  call.tools.addUsage({ ...usageCounts(name, usage), ...(cost !== undefined && { [`${name}:cost_usd`]: cost }) });
  if (end.finishReason === "content-filter") throw refused(name);
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

function streamed(
  model: LanguageModel,
  call: PreparedCall,
  { request, stop }: { readonly request: Request; readonly stop: Stop },
): Streamed {
  const { system, specs, settings, maxRetries, toolChoice, output, telemetry } = call;
  let warnings: readonly unknown[] = [];
  const { fullStream } = streamText({
    ...settings,
    model,
    ...(system !== undefined && { system }),
    messages: request.messages,
    // summaries of memories are some
    allowSystemInMessages: true,
    ...(specs.size > 0 && {
      tools: Object.fromEntries(Array.from(specs.values(), ({ name, told }) => [name, told])),
      toolChoice,
    }),
    ...(output?.settings ?? textSettings),
    ...(telemetry && { experimental_telemetry: telemetry }),
    maxRetries,
    abortSignal: stop.signal,
    // it is thrown; the library would print it
    onError: () => undefined,
    onStepFinish: (step: { readonly warnings?: readonly unknown[] }) => {
      warnings = step.warnings ?? [];
    },
  } as unknown as Parameters<typeof streamText>[0]);
  return { stream: fullStream as unknown as AsyncIterable<StreamPart>, warnings: () => warnings };
}

/** What ends a request before its answer does: the step is to stop, or the time is up. */
class Stop {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #outer: AbortSignal;
  readonly #aborted: Promise<never>;
  readonly #onAbort = () => this.#controller.abort(this.#outer.reason);

  constructor({ tools, timeoutMs }: PreparedCall) {
    this.#outer = tools.call.abortSignal;
    if (this.#outer.aborted) this.#onAbort();
    else this.#outer.addEventListener("abort", this.#onAbort, { once: true });
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.#controller.abort(timedOut(timeoutMs)), timeoutMs);
    const { signal } = this.#controller;
    this.#aborted = new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    this.#aborted.catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What it was ended by. */
  get reason(): unknown {
    return this.signal.aborted ? this.signal.reason : undefined;
  }

  throwIfStopped(): void {
    this.signal.throwIfAborted();
  }

  /** A provider that does not listen to signals holds nobody up. */
  race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#aborted]);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener("abort", this.#onAbort);
  }
}

/** The connection has ended, the answer has not: nobody has said why it ended. */
function isCutOff({ finishReason, rawFinishReason }: Finished): boolean {
  return finishReason === "unknown" || (finishReason === "other" && rawFinishReason === undefined);
}

function brokenOff(model: string): FlowError {
  return new FlowError("AI_STREAM_BROKEN", `Model "${model}" broke off in its answer.`, {
    hint: "Give the step `retry`: the answer is asked for anew.",
    details: { model },
  });
}

function refused(model: string): FlowError {
  return new FlowError("AI_REFUSED", `Model "${model}" refused to answer.`, {
    hint: "Reword the prompt, or handle the failure in a step that waits for it.",
    details: { model },
  });
}

function timedOut(timeoutMs: number): FlowError {
  return new FlowError("AI_TIMEOUT", `A model's answer took longer than its timeout of ${timeoutMs} ms.`, {
    hint: "Give it more time, give the step `retry`, or name a faster model.",
    details: { timeoutMs },
  });
}
