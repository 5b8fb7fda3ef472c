/** Which flows are conversations: one input is a ChatMessage, and the output is exactly one. */
import { ChatMessage } from "millrace";
import { z } from "zod";
import type { AnyFlowClass } from "./flow-class.js";
import { isZodSchema } from "./json-schema.js";

export type FlowKind = "complete" | "chat";

export function kindOf({ inputs, state, output }: Pick<AnyFlowClass, "inputs" | "state" | "output">): FlowKind {
  const messages = Object.values(fieldsOf(inputs ?? state)).filter(isChatMessage);
  if (messages.length !== 1) return "complete";
  if (isChatMessage(output)) return "chat";
  const answered = Object.values(fieldsOf(output));
  return answered.length === 1 && isChatMessage(answered[0]) ? "chat" : "complete";
}

function fieldsOf(schema: unknown): Readonly<Record<string, unknown>> {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodObject ? (inner.shape as Record<string, unknown>) : {};
}

function isChatMessage(schema: unknown): boolean {
  const inner = unwrapped(schema);
  return inner === ChatMessage || (isZodSchema(inner) && z.globalRegistry.get(inner)?.id === "ChatMessage");
}

function unwrapped(schema: unknown): unknown {
  const wraps = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable;
  return wraps ? unwrapped(schema.unwrap()) : schema;
}
