/** A tool that a model may call: a function with a zod schema of what it takes. */
import type { ModelMessage } from "ai";
import { FlowError, type StepTools } from "millrace";
import type { z } from "zod";
import { refuseUnknown } from "../errors/refuse-unknown.js";
import type { ClientTool, ClientToolOptions } from "./client-tool.js";
import type { ToolApproval } from "./tool-approval.js";

/** Which call of a tool it is. */
export interface ToolCallPlace {
  readonly toolCallId: string;
  readonly toolName: string;
  /** What the model had been told when it called, without `system`. */
  readonly messages: readonly ModelMessage[];
  /** Aborts when the step is to stop. */
  readonly abortSignal: AbortSignal;
  /** The same in every attempt and after a crash: for whatever must happen once. */
  readonly idempotencyKey: string;
}

export interface ToolOptions<P extends z.ZodType, R> {
  /** What it does, for the model. */
  readonly description?: string;
  /** What it takes. */
  readonly parameters: P;
  /**
   * Done once for each call of the model, and stored. What it throws is told to the model. Parameters are what the schema makes of the
   * model's input; `tools` are those of the step.
   */
  readonly run: (input: z.output<P>, tools: StepTools, call: ToolCallPlace) => R | Promise<R>;
  /** Whether people must agree first. @default false */
  readonly approval?: ToolApproval<z.output<P>>;
  /**
   * False: it is a part of the step, as if its code stood there. It may change the state, ask, sleep and run flows by its `tools`, and
   * runs again when the step is begun again: what it must not do twice belongs into `tools.once`. @default true
   */
  readonly once?: boolean;
}

/** What `tool()` answers. */
export interface Tool<P extends z.ZodType = z.ZodType, R = unknown> extends ToolOptions<P, R> {
  readonly kind: "tool";
}

/**
 * A tool for `generate` and `llm`. Without `run` it is the client's: the step waits until somebody answers the call, a chat's client by
 * `addToolOutput`, others as they answer any question: by `{ output }` or `{ error }`.
 *
 * @throws {FlowError} AI_TOOL_INVALID – `parameters` is no zod schema of an object, `run` no function, or there is no such option
 * @example
 * const weather = tool({
 *   description: "The weather of a city.",
 *   parameters: z.object({ city: z.string() }),
 *   run: ({ city }) => `sun in ${city}`,
 * });
 */
export function tool<P extends z.ZodType, R>(options: ToolOptions<P, R>): Tool<P, Awaited<R>>;
export function tool<P extends z.ZodType, O extends z.ZodType = z.ZodUnknown>(
  options: ClientToolOptions<P, O>,
): ClientTool<P, z.output<O>>;
export function tool(options: ToolOptions<z.ZodType, unknown> | ClientToolOptions<z.ZodType>): Tool | ClientTool {
  const { parameters, run } = (options ?? {}) as Partial<ToolOptions<z.ZodType, unknown>>;
  if (typeof (parameters as { safeParse?: unknown } | undefined)?.safeParse !== "function")
    throw toolInvalid("`parameters` is no zod schema");
  if (run !== undefined && typeof run !== "function") throw toolInvalid("`run` is no function");
  const names = [...optionNames, ...(run ? ["once"] : ["output"])];
  refuseUnknown(options, { code: "AI_TOOL_INVALID", what: "A tool can't be used", names, elsewhere });
  return { ...options, kind: run ? "tool" : "client" } as Tool | ClientTool;
}

const optionNames = ["description", "parameters", "run", "approval", "kind"];
const elsewhere = {
  needsApproval: "approval",
  requires_approval: "approval",
  execute: "run",
  inputSchema: "parameters",
};

export function toolInvalid(what: string, name?: string): FlowError {
  return new FlowError(
    "AI_TOOL_INVALID",
    `${name === undefined ? "A tool" : `Tool "${name}"`} can't be used: ${what}.`,
    {
      hint: "Write tool({ description, parameters: z.object({ … }), run: (input) => … }), flowTool(SomeFlow), or take a tool of the AI SDK.",
    },
  );
}
