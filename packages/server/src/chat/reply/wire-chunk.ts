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

const approvals = new Set(["tool-approval-request", "tool-output-denied"]);

/** The chunk as a client can take it; undefined: it can't, and gets along without. */
export function forClient(chunk: WireChunk, major: ClientMajor): WireChunk | undefined {
  if (!approvals.has(chunk.type) || (major !== undefined && major >= 6)) return chunk;
  // a tool that waits for approval is one without an output to these, and one that was denied has failed
  return chunk.type === "tool-output-denied"
    ? { type: "tool-output-error", toolCallId: chunk.toolCallId, errorText: notApproved, dynamic: true }
    : undefined;
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
