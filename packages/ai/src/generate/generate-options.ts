/** What a call of a model is given. */
import type { ModelMessage } from "ai";
import type { ChatMessage, Duration } from "millrace";
import type { z } from "zod";
import type { MemoryUse } from "../memory/index.js";
import type { ModelChoice, ModelPrices } from "../models/index.js";
import type { ToolRecord } from "../tools/tool-record.js";

/** Messages of the AI SDK, or of a chat. */
export type MessagesGiven = readonly ModelMessage[] | ChatMessage | readonly ChatMessage[];

/** Settings of a request; what a provider does not know it leaves alone. */
export interface ModelSettings {
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly stopSequences?: readonly string[];
  readonly seed?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** By provider: `{ openai: { reasoningEffort: "low" } }`. */
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export type ToolChoiceGiven<T> = "auto" | "none" | "required" | { readonly tool: keyof T & string };

export interface GenerateOptions<
  T extends ToolRecord = ToolRecord,
  O extends z.ZodType | undefined = z.ZodType | undefined,
> {
  /** Of a list, the next is asked where one fails before anything of its answer has come. */
  readonly model: ModelChoice | readonly ModelChoice[];
  /** Instructions that stand before all messages. */
  readonly system?: string;
  /** What the user says: one message, after `messages` if there are any. */
  readonly prompt?: string;
  readonly messages?: MessagesGiven;
  /**
   * The field of the state that is the memory of the conversation, or how it is used: what stands there is told before what is said
   * now, and what was said, asked and answered is added to it, with the step.
   */
  readonly memory?: string | MemoryUse;
  /** What the model may call, by name. */
  readonly tools?: T;
  /** @default "auto" */
  readonly toolChoice?: ToolChoiceGiven<T>;
  /** What the answer must be: it is `output` of the result then, typed and checked. */
  readonly output?: O;
  /** How often the model is asked at most: once, and again after each round of tool calls. @default 10 */
  readonly maxSteps?: number;
  /**
   * What happens when it has called tools to the last: `"answer"` asks it once more, without tools, so that there is an answer; `"stop"`
   * does not. @default "answer"
   */
  readonly onMaxSteps?: "answer" | "stop";
  /** Which call of the step it is. @default its position among the step's calls */
  readonly key?: string;
  /** Whether what it says is told bit by bit, as `output.chunk` events. @default true, inside of a tool false */
  readonly stream?: boolean;
  readonly settings?: ModelSettings;
  /** What models cost, before what `providePrices` says: then usage tells it. */
  readonly prices?: ModelPrices;
  /** How often the library asks again, with growing pauses, where a provider is overloaded or out of reach. @default 2 */
  readonly maxRetries?: number;
  /** How often the model is told what is wrong with an answer that does not fit `output`, and asked again. @default 2 */
  readonly corrections?: number;
  /** For each answer of the model. @default none */
  readonly timeout?: Duration;
  /**
   * What `ai` takes as its telemetry: `{ isEnabled: true }` makes a span of each request, beneath the step's.
   * @default none
   */
  readonly telemetry?: Readonly<Record<string, unknown>>;
}
