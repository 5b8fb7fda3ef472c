/**
 * What a request is answered with that fails: the one table of statuses. `docs/server.md` shows it, for every error code there is,
 * and a test holds the two together.
 */
import type { ErrorCode } from "millrace";

const byCode: Readonly<Record<string, number>> = {
  SERVER_REQUEST_INVALID: 400,
  SERVER_BODY_INVALID: 400,
  PERSISTENCE_QUERY_INVALID: 400,
  CHAT_REQUEST_INVALID: 400,
  SERVER_UNAUTHENTICATED: 401,
  SERVER_FORBIDDEN: 403,
  SERVER_ROUTE_NOT_FOUND: 404,
  SERVER_FLOW_NOT_FOUND: 404,
  RUN_NOT_FOUND: 404,
  RUN_POSITION_UNKNOWN: 404,
  CHAT_FLOW_INVALID: 404,
  CHAT_MESSAGE_UNKNOWN: 404,
  CHAT_NOT_FOUND: 404,
  CHAT_INPUTS_SET: 409,
  QUESTION_CLOSED: 409,
  SERVER_METHOD_NOT_ALLOWED: 405,
  SERVER_REQUEST_TIMEOUT: 408,
  PLAN_CHANGED: 409,
  RUN_CANCELLED: 409,
  RUN_ENDED: 409,
  RUN_EXISTS: 409,
  RUN_FLOW_MISMATCH: 409,
  RUN_NOT_AT_REST: 409,
  RUN_OWNED: 409,
  RUN_CLAIM_LOST: 409,
  SESSION_BUSY: 409,
  RUN_POSITION_GONE: 410,
  SERVER_BODY_TOO_LARGE: 413,
  SERVER_MEDIA_TYPE_UNKNOWN: 415,
  ANSWER_INVALID: 422,
  CHAT_FILE_REFUSED: 422,
  RUN_INPUTS_INVALID: 422,
  SERVER_KEY_REUSED: 422,
  SIGNAL_INVALID: 422,
  SIGNAL_UNKNOWN: 422,
  SERVER_RATE_LIMITED: 429,
  SERVER_HEADERS_TOO_LARGE: 431,
  PERSISTENCE_CLOSED: 503,
  PERSISTENCE_FAILED: 503,
  PERSISTENCE_FULL: 503,
  PERSISTENCE_LOCKED: 503,
  RUN_STOPPED: 503,
  SERVER_BUSY: 503,
  SERVER_DRAINING: 503,
  RUN_TIMEOUT: 504,
};

/** What a run may fail with: the request was understood, and could not be carried out. */
const failures = /^(STEP|ROUTE|CHILD|STATE|RUN|EXPRESSION|FLOW|ASK|APPROVAL)_/;

/** 500: nothing that a client could do about it, or should know. */
export function statusOf(code: ErrorCode): number {
  return byCode[code] ?? (failures.test(code) ? 422 : 500);
}
