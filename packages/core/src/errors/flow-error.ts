import { type ErrorCode, errorCodes } from "./codes.js";
import type { DetailsOf } from "./details.js";
import { describeThrown } from "./thrown.js";

/** Registered, so that an error is known across two copies of the package. */
const mark = Symbol.for("millrace.FlowError");

export interface FlowErrorOptions<C extends ErrorCode> {
  /** The way out, one sentence. */
  readonly hint?: string;
  readonly details?: DetailsOf<C>;
  readonly retryable?: boolean;
  readonly runId?: string;
  readonly step?: string;
  readonly cause?: unknown;
}

/** A FlowError as plain data: what a journal or an event holds of it. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly details?: unknown;
  readonly retryable: boolean;
  readonly runId?: string;
  readonly step?: string;
  /** What a step threw, as far as it can be stored. */
  readonly cause?: { readonly name: string; readonly message: string; readonly stack?: string };
}

/**
 * The one error class of the project. `code` is from the registry and has a page in `docs/errors`.
 *
 * @example
 * try {
 *   await flow.resume(id);
 * } catch (error) {
 *   if (FlowError.is(error, "RUN_OWNED")) console.log("somebody else is on it");
 *   else throw error;
 * }
 */
export class FlowError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = "FlowError";
  readonly code: C;
  readonly hint: string;
  readonly details: DetailsOf<C>;
  readonly retryable: boolean;
  readonly runId?: string;
  readonly step?: string;

  constructor(code: C, message: string, options: FlowErrorOptions<C> = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? "";
    this.details = options.details ?? ({} as DetailsOf<C>);
    this.retryable = options.retryable ?? errorCodes[code].retryable;
    if (options.runId !== undefined) this.runId = options.runId;
    if (options.step !== undefined) this.step = options.step;
    Object.defineProperty(this, mark, { value: true });
  }

  /** Whether a value is a FlowError (of any copy of the package), with this code if one is given. */
  static is<C extends ErrorCode = ErrorCode>(value: unknown, code?: C): value is FlowError<C> {
    if (typeof value !== "object" || value === null || !(mark in value)) return false;
    return code === undefined || ("code" in value && value.code === code);
  }

  /** The error as plain data, for journals, events and the wire. */
  toJSON(): ErrorData {
    const { code, message, hint, details, retryable, runId, step, cause } = this;
    return {
      code,
      message,
      ...(hint && { hint }),
      ...(Object.keys(details).length > 0 && { details }),
      retryable,
      ...(runId !== undefined && { runId }),
      ...(step !== undefined && { step }),
      ...(cause !== undefined && { cause: describeThrown(cause) }),
    };
  }

  /** The way back from `toJSON`. */
  static fromJSON(data: ErrorData): FlowError {
    return restored(data);
  }
}

// Outside of the class: bundlers rename a class that mentions itself, and users see its name.
function restored({ code, message, cause, ...rest }: ErrorData): FlowError {
  return new FlowError(code, message, {
    ...(rest as FlowErrorOptions<ErrorCode>),
    ...(cause && { cause: restoredCause(cause) }),
  });
}

function restoredCause({ name, message, stack }: NonNullable<ErrorData["cause"]>): Error {
  const error = new Error(message);
  error.name = name;
  if (stack) error.stack = stack;
  return error;
}
