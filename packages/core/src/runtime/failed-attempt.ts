/** What it means that an attempt has failed: another one is due, or the call has failed for good. */
import type { ErrorData } from "../errors/index.js";
import type { CallOutcome, EntryOf } from "../ports/index.js";
import type { StepCallRecord } from "../scheduler/index.js";
import type { CompiledFlow } from "./compiled-flow.js";
import { callPlace } from "./entries.js";
import { errorData, located, neverRetried } from "./failures.js";
import type { OpenCalls } from "./open-calls.js";
import { retryDelayMs } from "./retry-delay.js";

/** What is looked at of a run. */
interface Machine {
  readonly runId: string;
  readonly flow: CompiledFlow;
  readonly calls: OpenCalls;
  readonly scheduler: { readonly stopping: boolean };
  nameOf(call: StepCallRecord): string;
}

export function failedEntry(
  machine: Machine,
  call: StepCallRecord,
  { at, outcome }: { readonly at: number; readonly outcome: Extract<CallOutcome, { type: "failed" }> },
): EntryOf<"failed" | "attempt-failed"> {
  const { error, mayRetry, chance, usage: own, left } = outcome;
  const { attempts } = machine.calls;
  const attempt = attempts.next(call.id);
  const tries = attempts.tries(call.id);
  const { retry } = machine.flow.plan.steps[call.step]!;
  const step = machine.nameOf(call);
  const data = errorData(located(error, machine.runId, step));
  const usage = machine.calls.usageOf(call.id, own);
  const failure = { at, ...callPlace(call, step), attempt, error: data, ...(usage && { usage }) };
  const isFinal = !retry || !mayRetry || tries >= retry.attempts || machine.scheduler.stopping || isNeverRetried(data);
  if (isFinal) return { type: "failed", ...failure };
  const delayMs = Math.max(retryDelayMs(retry, tries, chance), askedToWait(data));
  return { type: "attempt-failed", ...failure, ...(left && { left }), retryAt: at + delayMs };
}

/** Of models it is known what trying again is good for, and costs. */
function isNeverRetried({ code, retryable }: ErrorData): boolean {
  return neverRetried.has(code) || (code.startsWith("AI_") && !retryable);
}

/** How long who was asked too often wants to be left alone, ms. */
function askedToWait({ code, details }: ErrorData): number {
  if (code !== "AI_RATE_LIMITED") return 0;
  const { retryAfterMs } = (details ?? {}) as { readonly retryAfterMs?: unknown };
  return typeof retryAfterMs === "number" && retryAfterMs > 0 ? Math.min(retryAfterMs, longestWaitMs) : 0;
}

/** A header is anybody's word. */
const longestWaitMs = 3_600_000;
