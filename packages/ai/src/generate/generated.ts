/** What a call of a model answers. */
import type { ModelMessage } from "ai";
import type { z } from "zod";
import type { AnswerSource } from "../answer/stored-answer.js";
import type { ClientTool } from "../tools/client-tool.js";
import type { FlowTool } from "../tools/flow-tool.js";
import type { Tool } from "../tools/tool.js";
import type { ToolRecord } from "../tools/tool-record.js";
import type { ModelUsage } from "../usage/usage-counts.js";

/**
 * Why it ended: as the model says, or `max-steps`: it was asked as often as it may be, and has called tools to the last. Those
 * have run; what it then answers without tools is the answer, unless `onMaxSteps` says `"stop"`.
 */
export type FinishReason = "stop" | "length" | "tool-calls" | "error" | "other" | "max-steps";

/** A file that the model has made. */
export interface AnswerFile {
  readonly mediaType: string;
  readonly base64: string;
}

/** How a call of a tool has ended. */
type Ending<R> =
  | { readonly status: "done"; readonly output: R }
  /** The tool threw. */
  | { readonly status: "failed"; readonly error: string }
  /** People did not agree. */
  | { readonly status: "denied"; readonly reason?: string };

type InputOf<T> = T extends Tool<infer P, infer _> | ClientTool<infer P, infer _> | FlowTool<infer P>
  ? z.output<P>
  : unknown;
type OutputOf<T> = T extends Tool<infer _, infer R> | ClientTool<infer _, infer R> ? R : unknown;

interface CallOf<N extends string> {
  readonly toolCallId: string;
  readonly toolName: N;
}

/** A tool call that the model has made, with its end. */
export type ToolCallMade<T extends ToolRecord = ToolRecord> =
  | { [N in keyof T & string]: CallOf<N> & { readonly input: InputOf<T[N]> } & Ending<OutputOf<T[N]>> }[keyof T &
      string]
  /** There is no such tool, or the input does not fit it. */
  | (CallOf<string> & { readonly input: unknown; readonly status: "invalid"; readonly error: string });

export interface Generated<O = undefined, T extends ToolRecord = ToolRecord> {
  /** The last answer's text; empty where there was an `output`. */
  readonly text: string;
  /** What `output` of the options makes of the last answer. */
  readonly output: O;
  /** What the model has thought before its last answer, where it tells. */
  readonly reasoning: string;
  /** All calls of tools, in order. */
  readonly toolCalls: readonly ToolCallMade<T>[];
  /** What this call adds to a conversation: answers, tool calls, their results. */
  readonly messages: readonly ModelMessage[];
  readonly finishReason: FinishReason;
  /** Of all answers together. */
  readonly usage: ModelUsage;
  /** How often the model was asked. */
  readonly steps: number;
  /** Whose answer the last one is, as `"provider/model"`. */
  readonly model: string;
  /** The same as the provider calls it. */
  readonly modelId: string;
  /** Models that were asked in vain before, with the code of what went wrong. */
  readonly fallbacks: readonly { readonly model: string; readonly code: string }[];
  readonly sources: readonly AnswerSource[];
  readonly files: readonly AnswerFile[];
  /** What the provider could not do as it was asked to. */
  readonly warnings: readonly unknown[];
}
