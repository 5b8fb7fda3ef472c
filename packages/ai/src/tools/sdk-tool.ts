/** Tools of the AI SDK, as the loop uses them: what theirs mean is done by the engine, and what it can't do is refused. */
import { asSchema } from "ai";
import type { StepTools } from "millrace";
import type { z } from "zod";
import { answerOf } from "./client-answer.js";
import { type ToolCallPlace, toolInvalid } from "./tool.js";
import type { Checked, ToolSpec } from "./tool-spec.js";

/** A tool of the AI SDK: `tool({ inputSchema, execute })` of `ai`, one without `execute`, or one that a provider runs by itself. */
export interface SdkTool {
  readonly type?: string;
  readonly description?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a schema of any library that the AI SDK takes
  readonly inputSchema?: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly outputSchema?: any;
  // biome-ignore lint/suspicious/noExplicitAny: what it takes, its own type says
  readonly execute?: (input: any, options: any) => unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly toModelOutput?: (given: any) => unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly needsApproval?: boolean | ((input: any, options: any) => boolean | PromiseLike<boolean>);
}

/** @throws {FlowError} AI_TOOL_INVALID – it is not whole, or wants something that there is not here */
export function sdkSpec(name: string, given: SdkTool): ToolSpec {
  const { execute, inputSchema, outputSchema, toModelOutput, needsApproval } = given;
  const isProviders = given.type === "provider" || given.type === "provider-defined";
  if (inputSchema === undefined && !isProviders)
    throw toolInvalid("it has neither `parameters` nor `inputSchema`", name);
  if (execute !== undefined && typeof execute !== "function") throw toolInvalid("its `execute` is no function", name);
  refuseForeign(name, given);
  if (needsApproval && !execute && isProviders)
    throw toolInvalid("its provider runs it by itself, and can't wait for what `needsApproval` asks", name);
  const {
    execute: _,
    toModelOutput: __,
    onInputStart: ___,
    onInputDelta: ____,
    needsApproval: _____,
    ...told
  } = given as SdkTool & Record<string, unknown>;
  return {
    name,
    told: isProviders ? { ...told, ...(toModelOutput && { toModelOutput }) } : told,
    check: (input) => checkSdk(inputSchema, input),
    ...(needsApproval && { approval: needsApproval }),
    ...(!execute && !isProviders && { client: answerOf(name, isZod(outputSchema) ? outputSchema : undefined) }),
    ...(execute && {
      run: (input: unknown, _tools: StepTools, { toolCallId, messages, abortSignal }: ToolCallPlace) =>
        lastOf(execute(input, { toolCallId, messages, abortSignal })),
    }),
    ...(toModelOutput && { toModelOutput }),
  };
}

/** What would be passed over in silence, where the tool's author counts on it. */
function refuseForeign(name: string, given: SdkTool): void {
  const { needsApproval, contextSchema } = given as SdkTool & { readonly contextSchema?: unknown };
  if (needsApproval !== undefined && needsApproval !== null && !["boolean", "function"].includes(typeof needsApproval))
    throw toolInvalid("its `needsApproval` is neither true or false nor a function", name);
  for (const other of ["approval", "requires_approval", "requiresApproval"])
    if (other in given) throw toolInvalid(`it has \`${other}\`: a tool of the AI SDK says \`needsApproval\``, name);
  if (contextSchema !== undefined && contextSchema !== null)
    throw toolInvalid(
      "it has a `contextSchema`, and there is no context here: let its code close over what it needs",
      name,
    );
}

/** One that streams what it has so far ends with the last of it. */
async function lastOf(result: unknown): Promise<unknown> {
  const made = await result;
  if (typeof (made as Partial<AsyncIterable<unknown>> | null | undefined)?.[Symbol.asyncIterator] !== "function")
    return made;
  let last: unknown;
  for await (const one of made as AsyncIterable<unknown>) last = one;
  return last;
}

const isZod = (schema: unknown): schema is z.ZodType =>
  typeof (schema as { readonly safeParse?: unknown } | undefined)?.safeParse === "function";

async function checkSdk(inputSchema: unknown, input: unknown): Promise<Checked> {
  if (inputSchema === undefined) return { ok: true, value: input };
  const { validate } = asSchema(inputSchema as never);
  const result = await validate?.(input as never);
  if (!result || result.success) return { ok: true, value: result ? result.value : input };
  return { ok: false, message: result.error.message };
}
