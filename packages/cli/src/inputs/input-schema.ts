import { type JsonSchema, jsonSchemaOf } from "millrace";
import type { AnyFlowClass } from "../project/flow-exports.js";

/** What a flow takes, as JSON Schema: `inputs`, or without it the state. Undefined: it says nothing of either. */
export function inputSchema({ inputs, state }: Pick<AnyFlowClass, "inputs" | "state">): JsonSchema | undefined {
  return jsonSchemaOf(inputs ?? state, "input");
}
