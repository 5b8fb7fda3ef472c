/** Tools of every kind, as the loop uses them. */
import { asSchema, jsonSchema } from "ai";
import type { StepTools } from "millrace";
import { z } from "zod";
import { jsonSchemaOf } from "../output/json-schema.js";
import { type ClientAnswer, type ClientTool, clientAnswer } from "./client-tool.js";
import type { FlowTool } from "./flow-tool.js";
import { type Tool, type ToolCallPlace, toolInvalid } from "./tool.js";
import type { ToolApproval } from "./tool-approval.js";

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
}

// biome-ignore lint/suspicious/noExplicitAny: what it takes and answers, its own type says
export type AnyTool = Tool<any, any> | ClientTool<any, any> | FlowTool<any> | SdkTool;

/** By the names that the model calls them by; one that is undefined is not there. */
export type ToolRecord = Readonly<Record<string, AnyTool | undefined>>;

export type Checked = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

export interface ToolSpec {
  readonly name: string;
  /** As `streamText` takes it: nothing that it would run by itself. */
  readonly told: object;
  /** What the tool is given, made of what the model has written. */
  check(input: unknown): Checked | Promise<Checked>;
  readonly approval?: ToolApproval<unknown>;
  /** Run in the step itself, whenever that is begun. */
  readonly inStep?: boolean;
  /** Answered from outside: by what fits this. */
  readonly client?: ClientAnswer;
  /** Absent, as all others: the provider runs it. */
  readonly run?: (input: unknown, tools: StepTools, call: ToolCallPlace) => unknown;
  /** Stored as a run of its own, not by `once`. */
  readonly child?: (input: unknown, tools: StepTools, key: string) => Promise<unknown>;
  readonly toModelOutput?: SdkTool["toModelOutput"];
}

/** @throws {FlowError} AI_TOOL_INVALID */
export function toolSpecs(tools: ToolRecord = {}): ReadonlyMap<string, ToolSpec> {
  const given = Object.entries(tools).filter((entry): entry is [string, AnyTool] => entry[1] !== undefined);
  return new Map(given.map(([name, tool]) => [name, toolSpec(name, tool)]));
}

function toolSpec(name: string, given: AnyTool): ToolSpec {
  if (typeof given !== "object" || given === null)
    throw toolInvalid(`it is ${given === null ? "null" : typeof given}`, name);
  if (!("kind" in given)) return sdkSpec(name, given);
  const { description, parameters, approval } = given;
  const told = {
    ...(description !== undefined && { description }),
    inputSchema: jsonSchema(parametersOf(name, parameters)),
  };
  const check = (input: unknown): Checked => {
    const parsed = (parameters as z.ZodType).safeParse(input);
    return parsed.success ? { ok: true, value: parsed.data } : { ok: false, message: z.prettifyError(parsed.error) };
  };
  const shared = { name, told, check, ...(approval !== undefined && { approval: approval as ToolApproval<unknown> }) };
  if (given.kind === "flow") {
    // the run parses its inputs itself: a schema's transforms are done once
    const whole = async (input: unknown) => (given.ownParameters ? check(input) : { ...check(input), value: input });
    return { ...shared, check: whole as ToolSpec["check"], child: given.start };
  }
  if (given.kind === "client") return { ...shared, client: answerOf(name, given.output) };
  return { ...shared, run: given.run, ...(given.once === false && { inStep: true }) };
}

function answerOf(name: string, output: z.ZodType | undefined): ClientAnswer {
  const answer = clientAnswer(output);
  if (jsonSchemaOf(answer)) return answer;
  throw toolInvalid("its output can't be told as JSON Schema", name);
}

function parametersOf(name: string, parameters: z.ZodType) {
  const schema = jsonSchemaOf(parameters);
  if (!schema) throw toolInvalid("its parameters can't be told as JSON Schema", name);
  if (schema.type !== "object") throw toolInvalid("its parameters are no object: z.object({ … })", name);
  return schema;
}

function sdkSpec(name: string, given: SdkTool): ToolSpec {
  const { execute, inputSchema, outputSchema, toModelOutput } = given;
  const isProviders = given.type === "provider" || given.type === "provider-defined";
  if (inputSchema === undefined && !isProviders)
    throw toolInvalid("it has neither `parameters` nor `inputSchema`", name);
  if (execute !== undefined && typeof execute !== "function") throw toolInvalid("its `execute` is no function", name);
  const {
    execute: _,
    toModelOutput: __,
    onInputStart: ___,
    onInputDelta: ____,
    ...told
  } = given as SdkTool & Record<string, unknown>;
  return {
    name,
    told: isProviders ? { ...told, ...(toModelOutput && { toModelOutput }) } : told,
    check: (input) => checkSdk(inputSchema, input),
    ...(!execute && !isProviders && { client: answerOf(name, isZod(outputSchema) ? outputSchema : undefined) }),
    ...(execute && {
      run: (input: unknown, _tools: StepTools, { toolCallId, abortSignal }: ToolCallPlace) =>
        execute(input, { toolCallId, abortSignal, messages: [] }),
    }),
    ...(toModelOutput && { toModelOutput }),
  };
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
