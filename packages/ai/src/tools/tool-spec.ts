/** A tool of any kind, as the loop uses it. */
import type { StepTools } from "millrace";
import type { ClientAnswer } from "./client-answer.js";
import type { ToolCallPlace } from "./tool.js";

export type Checked = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/** What is told to whoever says whether people must agree. */
export type ToolAsked = Pick<ToolCallPlace, "toolCallId" | "messages">;

export interface ToolSpec {
  readonly name: string;
  /** As `streamText` takes it: nothing that it would run by itself. */
  readonly told: object;
  /** What the tool is given, made of what the model has written. */
  check(input: unknown): Checked | Promise<Checked>;
  readonly approval?: boolean | ((input: unknown, asked: ToolAsked) => boolean | PromiseLike<boolean>);
  /** Run in the step itself, whenever that is begun. */
  readonly inStep?: boolean;
  /** Answered from outside: by what fits this. */
  readonly client?: ClientAnswer;
  /** Absent, as all others: the provider runs it. */
  readonly run?: (input: unknown, tools: StepTools, call: ToolCallPlace) => unknown;
  /** Stored as a run of its own, not by `once`. */
  readonly child?: (input: unknown, tools: StepTools, key: string) => Promise<unknown>;
  readonly toModelOutput?: (given: unknown) => unknown;
}
