/** Errors as `application/problem+json` (RFC 9457). What is not for outsiders is not in it: no stack, no path, no thrown text. */
import { STATUS_CODES } from "node:http";
import { type ErrorCode, type ErrorData, type ErrorDetails, FlowError, type ValueProblem } from "millrace";
import { statusOf } from "./status-of.js";

export interface Problem {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly hint?: string;
  /** The run that it is about. */
  readonly run?: string;
  /** The step that has failed. */
  readonly step?: string;
  /** The question whose answer does not fit. */
  readonly question?: string;
  /** Where a value does not fit. */
  readonly problems?: readonly ValueProblem[];
}

export interface ProblemOptions {
  /** What steps have thrown is told to everybody. @default false */
  readonly exposeErrors?: boolean;
}

/** Where the way out is another one over HTTP. */
const hints: Partial<Record<ErrorCode, string>> = {
  RUN_NOT_FOUND: "GET /runs lists those that are.",
  RUN_EXISTS: "Give another id, or leave it away.",
  RUN_ENDED: "GET /runs/{id} shows how it ended.",
  RUN_INPUTS_INVALID: "GET /flows/{name} shows what it takes.",
  SIGNAL_UNKNOWN: "GET /runs/{id} shows what it waits for.",
  SIGNAL_INVALID: "Nothing was stored: send what fits.",
  QUESTION_CLOSED: "GET /questions lists those that are open.",
  RUN_POSITION_UNKNOWN: "GET /runs/{id}/events lists its positions.",
  RUN_STOPPED: "It is taken up by the next process: GET /runs/{id} shows how it stands.",
  RUN_OWNED: "Try again in a few seconds: somebody else drives it.",
  SERVER_AUTH_FAILED: "Nobody is let in. The server's `logger` is told why: its operators find it there.",
  RUN_CANCELLED: "POST /runs/{id}/resume goes on with it.",
  SESSION_BUSY: "Wait until the run in the way has ended, or cancel it.",
};

/** What may be told as it is: it speaks of what the request has given. */
const told = /^(CHAT|SERVER|RUN|SESSION|SIGNAL|ANSWER|QUESTION)_|^PERSISTENCE_QUERY_INVALID$/;

export function problemOf(thrown: unknown, { exposeErrors = false }: ProblemOptions = {}): Problem {
  const { code, message, hint, runId, step, details } = asFlowError(thrown);
  const status = statusOf(code);
  const open = exposeErrors || told.test(code);
  const problems = status < 500 && told.test(code) ? problemsIn(details) : undefined;
  const own = open ? hint : undefined;
  // the nearest name is of use everywhere
  const way = isHidden(code) ? undefined : own?.startsWith("Did you mean") ? own : (hints[code] ?? own);
  return {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Error",
    status,
    code: isHidden(code) && !exposeErrors ? "INTERNAL" : code,
    detail: exposeErrors ? message : detailOf({ code, message, ...(step !== undefined && { step }) }),
    ...(way && { hint: way }),
    ...(runId !== undefined && { run: runId }),
    ...(step !== undefined && { step }),
    ...(code === "ANSWER_INVALID" && { question: (details as ErrorDetails["ANSWER_INVALID"]).question }),
    ...(problems && { problems }),
  };
}

export function problemResponse(thrown: unknown, options?: ProblemOptions): Response {
  const problem = problemOf(thrown, options);
  const details = FlowError.is(thrown) ? (thrown.details as ProblemDetails) : {};
  return new Response(JSON.stringify(problem), { status: problem.status, headers: problemHeaders(problem, details) });
}

/** What an error may say beside its problem. */
interface ProblemDetails {
  readonly retryAfterSeconds?: number;
  readonly allow?: string;
}

export function problemHeaders(
  { status, code }: Problem,
  { retryAfterSeconds, allow }: ProblemDetails = {},
): Record<string, string> {
  const retryAfter = retryAfterSeconds ?? (status === 503 ? 2 : undefined);
  return {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...(status === 401 && { "www-authenticate": "Bearer" }),
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    ...(code === "SERVER_METHOD_NOT_ALLOWED" && allow !== undefined && { allow }),
  };
}

function asFlowError(thrown: unknown): FlowError {
  return FlowError.is(thrown) ? thrown : new FlowError("INTERNAL", "Something went wrong in the server.");
}

/** What is the server's own is none of who asks. But whoever writes its `auth` must find out that it is what has failed. */
const isHidden = (code: ErrorCode): boolean => statusOf(code) === 500 && code !== "SERVER_AUTH_FAILED";

/** What outsiders are told of an error: of what steps have thrown only that they have. */
export function detailOf({ code, message, step }: Pick<ErrorData, "code" | "message" | "step">): string {
  if (code === "SERVER_AUTH_FAILED") return "`auth` of this server gave no answer that says who asks.";
  if (statusOf(code) === 500) return "Something went wrong in the server.";
  if (told.test(code)) return message;
  if (code.startsWith("PERSISTENCE_")) return "The store of runs does not answer as it should.";
  return step === undefined ? "The run has failed." : `Step "${step}" has failed.`;
}

function problemsIn(details: unknown): readonly ValueProblem[] | undefined {
  const { problems } = details as { readonly problems?: readonly ValueProblem[] };
  return Array.isArray(problems) ? problems.map(({ path, message }) => ({ path, message })) : undefined;
}
