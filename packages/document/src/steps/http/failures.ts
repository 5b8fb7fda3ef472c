/** Requests that were not answered as they should be, told without what may be secret, and no longer than can be read. */
import { stepError } from "../step-error.js";

/** Where a request goes: no query, no user, and of what is long both ends. */
export function place(url: URL): string {
  const text = `${url.origin}${url.pathname}`;
  return text.length > 200 ? `${text.slice(0, 120)}…${text.slice(-60)}` : text;
}

interface More {
  readonly hint?: string;
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

export function failed(message: string, more: More = {}) {
  return stepError("STEP_HTTP_FAILED", message, {
    hint: "Give the step `retry`, or raise `requestTimeout` where that is meant.",
    ...more,
  });
}

/** What the client threw, as a failure of the request. */
export function unanswered(request: string, thrown: unknown) {
  const last = [...causesOf(thrown)].at(-1) as { readonly code?: unknown; readonly message?: unknown };
  if (last.code === "UND_ERR_HEADERS_OVERFLOW")
    return failed(`${request}: the answer's headers are larger than 16 KB.`, {
      hint: "Ask another address, or have the service send fewer headers.",
      retryable: false,
      cause: thrown,
    });
  // the last says what happened: `connect ECONNREFUSED …`
  const reason = String(last.message || last.code || "the connection failed").replace(/\.$/, "");
  return failed(`${request}: ${reason.length > 200 ? `${reason.slice(0, 199)}…` : reason}.`, { cause: thrown });
}

/** An error, and what it was caused by. */
export function* causesOf(thrown: unknown): Generator<unknown> {
  for (let at = thrown, depth = 0; at !== undefined && at !== null && depth < 8; depth++) {
    yield at;
    if (at instanceof AggregateError) yield* at.errors;
    at = (at as { cause?: unknown }).cause;
  }
}
