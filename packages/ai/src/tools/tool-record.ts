/** Tools of every kind, and what the loop makes of them. */
import { jsonSchema } from "ai";
import { z } from "zod";
import { jsonSchemaOf } from "../output/json-schema.js";
import { answerOf } from "./client-answer.js";
import type { ClientTool } from "./client-tool.js";
import type { FlowTool } from "./flow-tool.js";
import { type SdkTool, sdkSpec } from "./sdk-tool.js";
import { type Tool, toolInvalid } from "./tool.js";
import type { ToolApproval } from "./tool-approval.js";
import type { Checked, ToolSpec } from "./tool-spec.js";

// biome-ignore lint/suspicious/noExplicitAny: what it takes and answers, its own type says
export type AnyTool = Tool<any, any> | ClientTool<any, any> | FlowTool<any> | SdkTool;

/** By the names that the model calls them by; one that is undefined is not there. */
export type ToolRecord = Readonly<Record<string, AnyTool | undefined>>;

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

function parametersOf(name: string, parameters: z.ZodType) {
  const schema = jsonSchemaOf(parameters);
  if (!schema) throw toolInvalid("its parameters can't be told as JSON Schema", name);
  if (schema.type !== "object") throw toolInvalid("its parameters are no object: z.object({ … })", name);
  return schema;
}
