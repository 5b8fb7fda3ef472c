/**
 * What steps emit, read as a part of the reply: chunks in the vocabulary of the AI SDK, checked field by field and without what
 * clients do not know; plain text. Anything else a step may emit is not for the chat.
 */
import { isFields, type WireChunk } from "./wire-chunk.js";

interface ChunkFields {
  readonly texts?: readonly string[];
  readonly values?: readonly string[];
  readonly optional?: readonly string[];
}

const known: Readonly<Record<string, ChunkFields>> = {
  "text-start": { texts: ["id"] },
  "text-delta": { texts: ["id", "delta"] },
  "text-end": { texts: ["id"] },
  "reasoning-start": { texts: ["id"] },
  "reasoning-delta": { texts: ["id", "delta"] },
  "reasoning-end": { texts: ["id"] },
  "tool-input-start": { texts: ["toolCallId", "toolName"] },
  "tool-input-delta": { texts: ["toolCallId", "inputTextDelta"] },
  "tool-input-available": { texts: ["toolCallId", "toolName"], values: ["input"] },
  "tool-input-error": { texts: ["toolCallId", "toolName", "errorText"], values: ["input"] },
  "tool-approval-request": { texts: ["approvalId", "toolCallId"] },
  "tool-output-available": { texts: ["toolCallId"], values: ["output"] },
  "tool-output-error": { texts: ["toolCallId", "errorText"] },
  "tool-output-denied": { texts: ["toolCallId"] },
  "source-url": { texts: ["sourceId", "url"], optional: ["title"] },
  "source-document": { texts: ["sourceId", "mediaType", "title"], optional: ["filename"] },
  file: { texts: ["url", "mediaType"] },
  "start-step": {},
  "finish-step": {},
};

/** A chunk that is fit for the wire; text as it is; undefined: it is neither. */
export function emittedChunk(chunk: unknown): WireChunk | string | undefined {
  if (typeof chunk === "string") return chunk;
  if (typeof chunk !== "object" || chunk === null) return undefined;
  const given = chunk as Readonly<Record<string, unknown>>;
  const { type } = given;
  if (typeof type !== "string") return undefined;
  if (type.startsWith("data-")) return dataChunk(type, given);
  if (type === "message-metadata") return metadataChunk(given);
  if (!Object.hasOwn(known, type)) return undefined;
  // a call has one output: that which stands for good
  if (type === "tool-output-available" && given.preliminary === true) return undefined;
  const { texts = [], values = [], optional = [] } = known[type]!;
  const read: Record<string, unknown> = { type };
  for (const name of texts) {
    if (typeof given[name] !== "string") return undefined;
    read[name] = given[name];
  }
  for (const name of values) read[name] = given[name] ?? null;
  for (const name of optional) if (typeof given[name] === "string") read[name] = given[name];
  // clients of major 5 find the tool of an output by it, too
  if (type.startsWith("tool-") && type !== "tool-input-delta") read.dynamic = true;
  return read as WireChunk;
}

function dataChunk(type: string, { id, data, transient }: Readonly<Record<string, unknown>>): WireChunk {
  return {
    type,
    ...(typeof id === "string" && { id }),
    data: data ?? null,
    ...(transient === true && { transient }),
  };
}

function metadataChunk({ messageMetadata }: Readonly<Record<string, unknown>>): WireChunk | undefined {
  return isFields(messageMetadata) ? { type: "message-metadata", messageMetadata } : undefined;
}
