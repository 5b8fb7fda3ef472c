/** One answer of a model, as it is kept in the journal: plain data, all that a later attempt needs of it. */
import type { ModelUsage } from "../usage/usage-counts.js";

/** Where the model says it has something from. */
export interface AnswerSource {
  readonly id: string;
  readonly url?: string;
  readonly title?: string;
  readonly mediaType?: string;
  readonly filename?: string;
}

/** Of an assistant's message. */
export type AnswerPart = (
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  | { readonly type: "file"; readonly mediaType: string; readonly data: string }
  | AnswerCall
  /** Of a tool that the provider has run. */
  | { readonly type: "tool-result"; readonly toolCallId: string; readonly toolName: string; readonly output: unknown }
) & { readonly providerOptions?: unknown };

export interface AnswerCall {
  readonly type: "tool-call";
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
  readonly providerExecuted?: boolean;
}

export interface StoredAnswer {
  /** Who was asked, as `"provider/model"`, and as the provider calls who has answered. */
  readonly model: string;
  readonly modelId: string;
  readonly content: readonly AnswerPart[];
  readonly finishReason: string;
  readonly usage: ModelUsage;
  /** What could not be read of a tool call's input, by the call's id. */
  readonly unreadable?: Readonly<Record<string, string>>;
  readonly sources?: readonly AnswerSource[];
  readonly warnings?: readonly unknown[];
  readonly fallbacks?: readonly { readonly model: string; readonly code: string }[];
}

export const textOf = ({ content }: StoredAnswer, type: "text" | "reasoning" = "text"): string =>
  content.map((part) => (part.type === type ? part.text : "")).join("");

/** Those that are to be made here. */
export const callsOf = ({ content }: StoredAnswer): readonly AnswerCall[] =>
  content.filter((part): part is AnswerCall => part.type === "tool-call" && !part.providerExecuted);

/** Nothing is to be called: it is what was asked for. */
export const isLast = (answer: StoredAnswer): boolean => callsOf(answer).length === 0;

/** As `output` is made of it. */
export const written = (answer: StoredAnswer) => ({
  text: textOf(answer),
  model: answer.model,
  isCut: answer.finishReason === "length",
});
