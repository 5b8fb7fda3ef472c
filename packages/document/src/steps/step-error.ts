import { type ErrorCode, FlowError } from "millrace";

interface More {
  readonly hint: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** A failure of a step that its type foresees: the engine keeps its code, for it names no run. */
export function stepError(code: StepErrorCode, message: string, { hint, details, retryable, cause }: More): FlowError {
  return new FlowError<ErrorCode>(code, message, {
    hint,
    ...(details && { details }),
    ...(retryable !== undefined && { retryable }),
    ...(cause !== undefined && { cause }),
  });
}

export type StepErrorCode =
  | "STEP_DECODE_FAILED"
  | "STEP_FILE_FAILED"
  | "STEP_FILE_REFUSED"
  | "STEP_HTTP_FAILED"
  | "STEP_HTTP_REFUSED"
  | "STEP_HTTP_STATUS"
  | "STEP_ITEMS_FAILED"
  | "STEP_SQL_FAILED"
  | "STEP_VALUE_INVALID";

/** What a value is, for messages: `a list`, `a text`. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  if (typeof value === "object")
    return value.constructor === Object || !value.constructor ? "an object" : `a ${value.constructor.name}`;
  return `a ${typeof value}`;
}

/** A text as shown in messages: in quotes, at most 60 characters. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);
}
