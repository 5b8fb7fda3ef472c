/** A request on its way: the library's stream of the answer, and what the provider warns of. */
import { type ModelMessage, streamText } from "ai";
import type { StreamPart } from "../answer/answer-reader.js";
import type { NamedModel } from "../models/index.js";
import { textSettings } from "../output/output-reader.js";
import type { SchemaWay } from "../output/schema-support.js";
import type { PreparedCall } from "./prepared-call.js";
import { unprinted } from "./unprinted.js";

export interface OpenStream {
  readonly stream: ReadableStream<StreamPart>;
  /** All of them, when the stream has ended. */
  readonly warnings: readonly unknown[];
}

export interface Opening {
  readonly messages: readonly ModelMessage[];
  /** It may call no tools any more. */
  readonly final: boolean;
  readonly signal: AbortSignal;
  /** How it is told what the answer must be. */
  readonly way: SchemaWay;
}

export function openStream(
  { model, name }: NamedModel,
  call: PreparedCall,
  { messages: said, final, signal, way }: Opening,
): OpenStream {
  const messages = call.toldIds.messages(said);
  const { specs, settings, maxRetries, output, telemetry } = call;
  const toolChoice = final ? "none" : call.toolChoice;
  const system = output && way !== "schema" ? [call.system, output.words].filter(Boolean).join("\n\n") : call.system;
  // without tools it is asked once; spans of requests tell all that is said
  const asIs = specs.size === 0 || telemetry !== undefined;
  const handed = asIs ? { model, system, messages } : call.known.handed(model, { name, system, messages });
  const warnings: unknown[] = [];
  const request = {
    ...settings,
    model: handed.model,
    ...(handed.system !== undefined && { system: handed.system }),
    messages: handed.messages,
    // summaries of memories are some
    allowSystemInMessages: true,
    ...(specs.size > 0 && {
      tools: Object.fromEntries(Array.from(specs.values(), ({ name, told }) => [name, told])),
      toolChoice,
    }),
    ...(output?.settings(way) ?? textSettings),
    ...(telemetry && { experimental_telemetry: telemetry }),
    maxRetries,
    abortSignal: signal,
    // it is thrown; the library would print it
    onError: () => undefined,
    onStepFinish: (step: { readonly warnings?: unknown[] }) => {
      // taken out: the library would print them
      warnings.push(...(step.warnings?.splice(0) ?? []));
    },
  } as unknown as Parameters<typeof streamText>[0];
  const { fullStream } = unprinted(
    () => streamText(request),
    (more) => warnings.push(...more),
  );
  return { stream: fullStream as unknown as ReadableStream<StreamPart>, warnings };
}
