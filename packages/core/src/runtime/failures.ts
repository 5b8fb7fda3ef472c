/**
 * Failures on their way through a run: a thrown value becomes a FlowError, a FlowError becomes data in the journal and in
 * payloads, and a step that hears a failure is given a FlowError again: the live one where this process made it.
 */
import { describeThrown, type ErrorData, errorCodes, FlowError } from "../errors/index.js";
import { finishValue } from "../state/index.js";

/** How a failure stands in a payload that the scheduler holds. */
interface HeldError {
  readonly "~error": ErrorData;
}

/** Trying again would do no good. */
export const neverRetried: ReadonlySet<string> = new Set([
  "RUN_CALL_LIMIT",
  "STEP_ELEMENTS_INVALID",
  "STEP_PARAMS_INVALID",
  "STEP_WHEN_FAILED",
  "STEP_KEYS_CHANGED",
]);

/** No listener may handle them: it is the flow that is wrong, not what a step does. */
export const fatalCodes: ReadonlySet<string> = new Set(["RUN_CALL_LIMIT", "STEP_ELEMENTS_INVALID"]);

const live = new WeakMap<ErrorData, FlowError>();

/** What is said of a step's own exception. */
export function stepFailure(thrown: unknown, step: string, runId: string): FlowError {
  return new FlowError("STEP_FAILED", `Step "${step}" failed: ${describeThrown(thrown).message}`, {
    hint: 'Mend the step and resume the run by its id, give it `retry`, or handle it in a step that waits for failed("…").',
    cause: thrown,
    step,
    runId,
  });
}

export function entryMissing(runId: string, seq: number): FlowError {
  return new FlowError("RUN_CORRUPT", `Entry ${seq} of run ${runId} is missing.`, {
    hint: "Restore the database from a backup, or fork the run from an earlier position.",
    runId,
  });
}

/** An engine error with run and step, if it lacks them. */
export function located(error: FlowError, runId: string, step?: string): FlowError {
  if (error.runId !== undefined && (error.step !== undefined || step === undefined)) return error;
  const { code, message, hint, details, retryable, cause } = error;
  return new FlowError(code, message, {
    hint,
    details,
    retryable,
    cause,
    runId: error.runId ?? runId,
    ...((error.step ?? step) !== undefined && { step: error.step ?? step }),
  });
}

/** Plain, storable data of an error; `liveError` finds the way back. */
export function errorData(error: FlowError): ErrorData {
  const data = error.toJSON();
  const stored = Object.freeze({ ...data, ...("details" in data && { details: storable(data.details) }) });
  live.set(stored, error);
  return stored;
}

/** What broke the engine itself, as data. */
export function engineErrorData(thrown: unknown, runId: string): ErrorData {
  if (FlowError.is(thrown)) return errorData(located(thrown, runId));
  return errorData(new FlowError("INTERNAL", describeThrown(thrown).message, { cause: thrown, runId }));
}

export function liveError(data: ErrorData): FlowError {
  return live.get(data) ?? FlowError.fromJSON(data);
}

/** A failure as a payload to hold. */
export const heldError = (data: ErrorData): HeldError => Object.freeze({ "~error": data });

/**
 * A held payload as a step is given it: failures stand as the payload itself, in a `settled` record, or one level deeper in
 * the record of an `and`.
 */
export function revivePayload(payload: unknown, depth = 0): unknown {
  if (typeof payload !== "object" || payload === null || depth > 2) return payload;
  if (isHeldError(payload)) return liveError(payload["~error"]);
  if (Object.getPrototypeOf(payload) !== Object.prototype) return payload;
  let changed = false;
  const revived: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(payload)) {
    revived[key] = revivePayload(value, depth + 1);
    changed ||= revived[key] !== value;
  }
  return changed ? Object.freeze(revived) : payload;
}

/** The same for `collect(settled("x"))`: a list of outcomes, the payload itself or in the record of an `and`. */
export function reviveOutcomes(payload: unknown): unknown {
  if (Array.isArray(payload)) return Object.freeze(payload.map((outcome) => revivePayload(outcome, 1)));
  if (typeof payload !== "object" || payload === null || Object.getPrototypeOf(payload) !== Object.prototype)
    return payload;
  const revived = Object.entries(payload).map(([key, value]) => [
    key,
    Array.isArray(value) ? reviveOutcomes(value) : value,
  ]);
  return Object.freeze(Object.fromEntries(revived));
}

/** Told from a value of the author's that happens to have such a key. */
function isHeldError(payload: object): payload is HeldError {
  if (!("~error" in payload)) return false;
  const data = payload["~error"];
  return typeof data === "object" && data !== null && "code" in data && Object.hasOwn(errorCodes, String(data.code));
}

function storable(details: unknown): unknown {
  try {
    return finishValue(details, "error details");
  } catch {
    return { note: "the details could not be stored" };
  }
}
