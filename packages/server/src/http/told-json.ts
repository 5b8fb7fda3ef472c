/**
 * Values of runs as the JSON of an answer, without what is not for whoever asks. What steps and tools have thrown stands in many
 * places: in payloads of `failed(…)`, in results of tools that a memory keeps, in chunks. Whatever leaves the server goes through
 * here, so that it is decided in one place.
 */
import { errorCodes, toJson } from "millrace";
import { detailOf, type ProblemOptions } from "./problem.js";

/** Instead of what a tool has thrown. */
export const toolFailed = "The tool has failed.";

type Fields = Readonly<Record<string, unknown>>;

/** Any value that a flow can store; nobody is ever told a stack. */
export function toldJson(value: unknown, { exposeErrors = false }: ProblemOptions): unknown {
  return told(toJson(value), exposeErrors ? withoutStack : closed);
}

/** What there is nothing against is answered as it is, not as a copy. */
function told(value: unknown, instead: (fields: Fields) => Fields | undefined): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const made = value.map((one) => told(one, instead));
    return made.every((one, i) => one === value[i]) ? value : made;
  }
  const given = instead(value as Fields) ?? (value as Fields);
  const entries = Object.entries(given).map(([key, held]) => [key, told(held, instead)] as const);
  return entries.every(([key, held]) => held === given[key]) ? given : Object.fromEntries(entries);
}

/** Undefined: there is nothing to hide in it itself. */
function closed(fields: Fields): Fields | undefined {
  if (isError(fields)) return closedError(fields);
  const { type, state, status } = fields;
  const isFailure = type === "tool-output-error" || state === "output-error";
  if (isFailure && typeof fields.errorText === "string") return { ...fields, errorText: toolFailed };
  if ((type === "error-text" || type === "error-json") && "value" in fields) return { ...fields, value: toolFailed };
  if (status === "failed" && typeof fields.toolCallId === "string" && typeof fields.error === "string")
    return { ...fields, error: toolFailed };
  return undefined;
}

interface AnyError extends Fields {
  readonly code: keyof typeof errorCodes;
  readonly message: string;
}

const isError = (fields: Fields): fields is AnyError =>
  typeof fields.message === "string" && typeof fields.code === "string" && Object.hasOwn(errorCodes, fields.code);

function closedError({ code, message, step, runId, retryable }: AnyError): Fields {
  return {
    code,
    message: detailOf({ code, message, ...(typeof step === "string" && { step }) }),
    ...(retryable !== undefined && { retryable }),
    ...(runId !== undefined && { runId }),
    ...(step !== undefined && { step }),
  };
}

function withoutStack(fields: Fields): Fields | undefined {
  const { cause } = fields as { readonly cause?: Fields };
  if (!isError(fields) || typeof cause !== "object" || cause === null || !("stack" in cause)) return undefined;
  const { stack: _, ...rest } = cause;
  return { ...fields, cause: rest };
}
