/**
 * What a provider, or the way to it, said of a request that failed, as a FlowError. Its texts may hold keys, addresses and parts of the
 * request: what is taken over of them is what a reader needs, without anything that looks like a secret.
 */
import { type ErrorCode, FlowError } from "millrace";
import { redacted } from "./redacted.js";

/** What is looked at of an error of the `ai` package. */
interface Thrown {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly statusCode?: unknown;
  readonly isRetryable?: unknown;
  readonly responseHeaders?: unknown;
  readonly responseBody?: unknown;
  readonly lastError?: unknown;
  readonly cause?: unknown;
}

interface Reading {
  readonly code: ErrorCode;
  readonly what: string;
  readonly hint: string;
  readonly retryable?: boolean;
}

/** `begun`: something of the answer had come already; `provider`: the package that asked, where it is known. */
export function providerError(
  thrown: unknown,
  {
    model,
    begun,
    provider,
  }: { readonly model: string; readonly begun: boolean; readonly provider?: string | undefined },
): FlowError {
  if (FlowError.is(thrown)) return thrown;
  const error = innermost(thrown);
  // what breaks off after a good beginning still bears the status that it began with
  const status = typeof error.statusCode === "number" && error.statusCode >= 400 ? error.statusCode : undefined;
  const { code, what, hint, retryable } = readingOf(error, { status, begun, provider });
  const text = silent.has(code) ? "" : redacted(error.message);
  const retryAfterMs = code === "AI_RATE_LIMITED" ? retryAfter(error.responseHeaders) : undefined;
  const cause = new Error(text);
  cause.name = String(error.name ?? "Error");
  // whose stack would tell of nothing but this function
  cause.stack = `${cause.name}: ${text}`;
  return new FlowError(code, `Model "${model}" ${what}${text === "" ? "." : `: ${text}`}`, {
    hint,
    details: {
      model,
      ...(status !== undefined && { status }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
    ...(retryable !== undefined && { retryable }),
    cause,
  });
}

/** Their texts like to quote the key. */
const silent: ReadonlySet<string> = new Set(["AI_KEY_MISSING", "AI_KEY_REFUSED"]);

/** Retries wrap what the last of them threw. */
export function innermost(thrown: unknown): Thrown {
  if (typeof thrown !== "object" || thrown === null) return { name: typeof thrown, message: String(thrown) };
  const { name, lastError } = thrown as Thrown;
  return name === "AI_RetryError" && typeof lastError === "object" && lastError !== null
    ? innermost(lastError)
    : (thrown as Thrown);
}

function readingOf(
  error: Thrown,
  {
    status,
    begun,
    provider,
  }: { readonly status: number | undefined; readonly begun: boolean; readonly provider: string | undefined },
): Reading {
  const name = String(error.name ?? "");
  const text = `${String(error.message ?? "")} ${String(error.responseBody ?? "")}`.slice(0, 4_000);
  if (/LoadAPIKeyError|LoadSettingError/.test(name)) return keyMissing(text, provider);
  if (status === 401 || status === 403 || /AuthenticationError/.test(name))
    return {
      code: "AI_KEY_REFUSED",
      what: "refused the key",
      hint: "Look at the key, its rights and its project; the provider's text is left out, since it may quote it.",
    };
  if (status === 429)
    return {
      code: "AI_RATE_LIMITED",
      what: "is asked too often",
      hint: "Give the step `retry`, ask less at a time, or name a second model in a list.",
    };
  if (/NoSuchModelError|NoSuchProvider|UnsupportedModelVersion|ModelNotFound/.test(name) || status === 404)
    return {
      code: "AI_MODEL_UNKNOWN",
      what: "is not known to its provider",
      hint: "Look at the model's name, and at the address of the provider.",
    };
  const isRefusal = status !== undefined && status < 500;
  if (isRefusal && tooLong.test(text))
    return {
      code: "AI_CONTEXT_TOO_LONG",
      what: "was given more than it can read",
      hint: "Give the memory a window or a summary, shorten the prompt, or take a model with a longer context.",
    };
  if (isRefusal && filtered.test(text))
    return {
      code: "AI_REFUSED",
      what: "refused to answer",
      hint: "Reword the prompt, or handle the failure in a step that waits for it.",
    };
  if (begun && status === undefined)
    return {
      code: "AI_STREAM_BROKEN",
      what: "broke off in its answer",
      hint: "Give the step `retry`: the answer is asked for anew.",
    };
  const retryable =
    error.isRetryable === true || status === undefined || status >= 500 || status === 408 || status === 409;
  const what = status === undefined ? "gave no answer that can be read" : `answered with status ${status}`;
  return {
    code: "AI_PROVIDER_FAILED",
    what,
    hint: retryable
      ? "Give the step `retry`, or name a second model in a list."
      : "The request itself is refused: look at the settings, the tools' schemas and the messages.",
    retryable: retryable && !final.test(name),
  };
}

/** Providers say in which variable they have looked: of their text nothing else is taken. */
function keyMissing(text: string, provider: string | undefined): Reading {
  const variable = /\b[A-Z][A-Z0-9_]{2,60}(?=\W{0,2} environment variable)/.exec(text)?.[0];
  const where = provider === undefined ? "the provider is made" : `a provider of ${provider} is made`;
  return {
    code: "AI_KEY_MISSING",
    what: variable === undefined ? "has no key" : `has no key: ${variable} is not set`,
    hint: `Set ${variable ?? "the provider's variable"} in the environment of the process, or give it where ${where}.`,
  };
}

const tooLong =
  /context.{0,12}(length|window|limit)|maximum context|(prompt|input|request).{0,12}too (long|large)|too many (input )?tokens|exceeds?.{0,40}tokens/i;
const filtered = /content.?(filter|policy|management)|safety|moderation/i;
/** The `ai` package refuses the request before it is sent. */
const final =
  /InvalidPrompt|InvalidArgument|UnsupportedFunctionality|MessageConversion|InvalidMessageRole|InvalidDataContent|MissingToolResults/;

/** `retry-after`, in seconds or as a date, or `retry-after-ms`; in ms. */
function retryAfter(headers: unknown): number | undefined {
  if (typeof headers !== "object" || headers === null) return undefined;
  const { "retry-after-ms": exact, "retry-after": given } = headers as Record<string, unknown>;
  if (typeof exact === "string" && exact !== "" && Number.isFinite(Number(exact))) return Math.max(0, Number(exact));
  if (typeof given !== "string" || given === "") return undefined;
  const seconds = Number(given);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
  const at = Date.parse(given);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
