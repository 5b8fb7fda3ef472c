/** A call of a model, its options read and checked. */
import { convertToModelMessages, type ModelMessage } from "ai";
import { type ChatMessage, durationMs, FlowError, type StepTools, stepKey, stepTools } from "millrace";
import { ToldIds } from "../answer/told-ids.js";
import { type OpenMemory, openMemory } from "../memory/index.js";
import type { ModelChoice, ModelPrices } from "../models/index.js";
import { OutputReader } from "../output/output-reader.js";
import { toolSpecs } from "../tools/tool-record.js";
import { inTool } from "../tools/tool-scope.js";
import type { ToolSpec } from "../tools/tool-spec.js";
import type { GenerateOptions, MessagesGiven, ModelSettings } from "./generate-options.js";
import { refuseUnknownOptions } from "./known-options.js";
import { KnownPrompt } from "./known-prompt.js";
import { Unfinished } from "./unfinished.js";

export interface PreparedCall {
  readonly tools: StepTools;
  readonly key: string;
  /** What ids of its chunks begin with. */
  readonly place: string;
  readonly models: readonly ModelChoice[];
  readonly system: string | undefined;
  /** What is said now. */
  readonly now: readonly ModelMessage[];
  readonly memory: OpenMemory | undefined;
  readonly prices: ModelPrices | undefined;
  readonly specs: ReadonlyMap<string, ToolSpec>;
  readonly toolChoice: unknown;
  readonly output: OutputReader | undefined;
  readonly maxSteps: number;
  readonly onMaxSteps: "answer" | "stop";
  readonly stream: boolean;
  readonly settings: ModelSettings;
  readonly maxRetries: number;
  readonly corrections: number;
  readonly timeoutMs: number | undefined;
  readonly telemetry: GenerateOptions["telemetry"];
  readonly known: KnownPrompt;
  readonly toldIds: ToldIds;
  /** How far it has come. */
  readonly unfinished: Unfinished;
  /** What its log has been told of. */
  readonly warned: Set<string>;
}

function toolsHere(): StepTools {
  try {
    return stepTools();
  } catch (cause) {
    throw new FlowError("STATE_OUTSIDE_STEP", "A model was asked where no step is running.", {
      hint: "Call generate() in a method of a flow, or in a function that a step awaits: what it answers is kept with the step.",
      cause,
    });
  }
}

/**
 * @throws {FlowError} STATE_OUTSIDE_STEP – no step is running here
 * @throws {FlowError} AI_CALL_INVALID, AI_TOOL_INVALID
 */
export async function preparedCall(options: GenerateOptions): Promise<PreparedCall> {
  const tools = toolsHere();
  // before anything is awaited: calls at the same time are told apart by the order in which they are made
  const key = keyOf(options.key);
  const { step, number, index } = tools.call;
  refuseUnknownOptions(options);
  const {
    system,
    output,
    maxSteps = 10,
    onMaxSteps = "answer",
    stream = !inTool(tools),
    settings = {},
    maxRetries = 2,
    corrections = 2,
    timeout,
    telemetry,
    toolChoice = "auto",
    memory,
    prices,
  } = options;
  wholeNumber("maxSteps", maxSteps, 1);
  wholeNumber("maxRetries", maxRetries, 0);
  wholeNumber("corrections", corrections, 0);
  if (onMaxSteps !== "answer" && onMaxSteps !== "stop")
    throw invalid(`\`onMaxSteps\` is ${String(onMaxSteps)}`, 'Give "answer" or "stop".');
  return {
    tools,
    key,
    place: [step, number, ...(index === undefined ? [] : [index]), key].join(":"),
    models: modelsOf(options.model),
    system,
    specs: toolSpecs(options.tools),
    toolChoice: typeof toolChoice === "object" ? { type: "tool", toolName: toolChoice.tool } : toolChoice,
    output: output && new OutputReader(output),
    maxSteps,
    onMaxSteps,
    stream,
    settings,
    maxRetries,
    corrections,
    timeoutMs: timeout === undefined ? undefined : durationMs(timeout, "The `timeout` of a model's call"),
    memory: memory === undefined ? undefined : openMemory(memory, tools),
    prices,
    telemetry,
    known: new KnownPrompt(),
    toldIds: new ToldIds(),
    unfinished: new Unfinished(),
    warned: new Set(),
    now: await messagesOf(options),
  };
}

function wholeNumber(name: string, given: unknown, least: number): void {
  if (!Number.isInteger(given) || (given as number) < least)
    throw invalid(`\`${name}\` is ${String(given)}`, `Give a whole number from ${least}.`);
}

function keyOf(key: string | undefined): string {
  if (key === undefined) return stepKey("generate");
  if (typeof key === "string" && key !== "") return key;
  throw invalid(`\`key\` is ${key === "" ? "empty" : typeof key}`, "Give a text that is the same in every attempt.");
}

function modelsOf(model: GenerateOptions["model"]): readonly ModelChoice[] {
  const models = Array.isArray(model) ? (model as readonly ModelChoice[]) : [model as ModelChoice];
  const isModel = (given: unknown) =>
    typeof given === "string" ? given !== "" : typeof given === "object" && given !== null;
  if (models.length > 0 && models.every(isModel)) return models;
  throw invalid("`model` is no model", 'Give a model of the AI SDK, a name like "openai/gpt-5", or a list of them.');
}

async function messagesOf({ prompt, messages }: GenerateOptions): Promise<readonly ModelMessage[]> {
  if (prompt !== undefined && typeof prompt !== "string")
    throw invalid("`prompt` is no text", "Give a text, or `messages`.");
  const given = messages === undefined ? [] : await modelMessages(messages);
  return prompt === undefined ? given : [...given, { role: "user", content: prompt }];
}

/** Messages of a chat as the model takes them; others are taken as they are. */
export async function modelMessages(given: MessagesGiven): Promise<readonly ModelMessage[]> {
  const list = (Array.isArray(given) ? given : [given]) as readonly (ModelMessage | ChatMessage)[];
  const made = await Promise.all(
    list.map((message) => {
      if (typeof message !== "object" || message === null || !("role" in message))
        throw invalid(
          "one of `messages` is no message",
          "Give { role, content }, or messages of a chat: { id, role, parts }.",
        );
      // one by one: those of both kinds may stand beside each other
      return "parts" in message ? converted(message as ChatMessage) : [message as ModelMessage];
    }),
  );
  return made.flat();
}

/** A call of a tool that was broken off, or waits for a word, has no result: providers refuse such a conversation. */
function converted(message: ChatMessage): Promise<ModelMessage[]> | ModelMessage[] {
  const parts = message.parts.filter(({ state }) => state !== "approval-requested" && state !== "approval-responded");
  return convertToModelMessages([{ ...message, parts } as never], { ignoreIncompleteToolCalls: true });
}

export function invalid(what: string, hint: string): FlowError {
  return new FlowError("AI_CALL_INVALID", `A model can't be called like this: ${what}.`, { hint });
}
