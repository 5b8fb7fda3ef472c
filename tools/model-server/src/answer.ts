/** What a model can be made to say, and how it can fail. */

/** A tool call of an answer. */
export interface ToolCallSaid {
  readonly name: string;
  /** Sent as JSON. Instead of it, `text` is sent as it stands: JSON or not. */
  readonly input?: unknown;
  readonly text?: string;
  /** @default `call-<number of the request>-<position of the call>` */
  readonly id?: string;
}

export interface UsageSaid {
  readonly input: number;
  readonly output: number;
  /** Part of `input`. */
  readonly cached?: number;
  /** Part of `output`. */
  readonly reasoning?: number;
}

export interface Said {
  readonly reasoning?: string;
  readonly text?: string;
  /** Said as text, as JSON. */
  readonly json?: unknown;
  readonly calls?: readonly ToolCallSaid[];
  /** @default "tool_calls" with calls, else "stop" */
  readonly finishReason?: string;
  /** @default { input: 10, output: 5 }; null: the server does not tell */
  readonly usage?: UsageSaid | null;
  /** How many characters of text, reasoning or a call's arguments one chunk of a stream has. @default 8 */
  readonly pieceLength?: number;
  /** Before the first byte of the answer. */
  readonly waitMs?: number;
  /** Before every chunk of a stream. */
  readonly pauseMs?: number;
  /** Called before each chunk of a stream is sent (from 0); what it returns is awaited. */
  readonly beforeChunk?: (index: number) => unknown;
  /** The connection is cut after so many chunks of a stream; 0: after the headers. */
  readonly breakOffAfter?: number;
  /** The stream ends in peace after so many chunks, without having come to its end. */
  readonly endAfter?: number;
  /** An error in the midst of the stream, after so many chunks. */
  readonly errorAfter?: number;
}

/** An HTTP status of 400 or more. */
export interface Refusal {
  readonly status: number;
  readonly message?: string;
  readonly code?: string;
  /** Seconds, as the header `retry-after`. */
  readonly retryAfter?: number;
  /** In place of the error's JSON. */
  readonly body?: string;
}

/** A successful answer that is none: sent as it stands. */
export interface Garbage {
  readonly raw: string;
  /** @default that of a right answer */
  readonly contentType?: string;
}

/** No answer until the client goes: not a byte. */
export interface Silence {
  readonly silent: true;
}

/** A text stands for `{ text }`. */
export type Answer = string | Said | Refusal | Garbage | Silence;
