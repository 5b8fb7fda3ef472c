/**
 * Chunks of a UI message stream, as clients of the AI SDK read them. What a client's major does not know is fatal to it, so what is
 * sent is made for its major; not told which, for all of 5, 6 and 7.
 */

export interface WireChunk {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Which major of the npm package `ai` a client has; undefined: not known. */
export type ClientMajor = 5 | 6 | 7 | undefined;

/** What clients that have no word for it are told of a call that was denied. */
export const notApproved = "It was not approved.";
/** What is said of a tool call that was not over when its turn was. */
export const brokenOff = "It was broken off.";

/** The chunk as a client can take it; undefined: it can't, and gets along without. */
export function forClient(chunk: WireChunk, major: ClientMajor = 5): WireChunk | undefined {
  switch (chunk.type) {
    case "tool-approval-request":
      // a tool that waits for approval is one without an output to 5
      return major >= 6 ? chunk : undefined;
    case "tool-approval-response": {
      const { toolCallId: _, ...response } = chunk;
      return major >= 7 ? (response as WireChunk) : undefined;
    }
    case "tool-output-denied": {
      const { reason = notApproved, ...denied } = chunk;
      if (major >= 6) return denied as WireChunk;
      // one that was denied has failed
      return { type: "tool-output-error", toolCallId: chunk.toolCallId, errorText: reason, dynamic: true };
    }
    default:
      return chunk;
  }
}

/** One event of the stream, as text. */
export function sseText(chunk: WireChunk): string {
  return `data: ${jsonText(chunk)}\n\n`;
}

/** What a tool was given or a step has emitted may be any value that a journal keeps. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, plainJson);
}

export const sseDone = "data: [DONE]\n\n";

function plainJson(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return value;
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
