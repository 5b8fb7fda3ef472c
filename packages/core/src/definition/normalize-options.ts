/**
 * From a step decorator's options to the definition's: durations in milliseconds, defaults filled in. Checks what each
 * option is; whether its number makes sense is for `compile` to say, which collects that.
 */
import { FlowError, nearest } from "../errors/index.js";
import { type Duration, durationMs } from "./duration.js";
import type { ForEachOptions } from "./for-each.js";
import type { RetryOptions, RouterOptions } from "./step-options.js";
import type { ForEachPolicy, RetryPolicy, StepDefinition } from "./types.js";

export interface NormalOptions {
  readonly retry?: RetryPolicy;
  readonly retryIf?: (error: unknown) => boolean;
  readonly timeoutMs?: number;
  readonly when?: StepDefinition["when"];
  readonly routes?: readonly string[];
  readonly forEach?: ForEachPolicy;
}

/** Of a decorator without options. */
export const noOptions: NormalOptions = {};

interface OptionPlace {
  readonly flow: string;
  readonly step: string;
}

const stepKeys: readonly (keyof RouterOptions)[] = ["retry", "timeout", "when", "routes"];
const forEachKeys: readonly (keyof ForEachOptions)[] = ["retry", "timeout", "when", "concurrency", "onError"];
const retryKeys: readonly (keyof RetryOptions)[] = ["attempts", "backoff", "delay", "maxDelay", "jitter", "if"];
const defaultConcurrency = 16;
const defaultDelayMs = 1000;
const defaultMaxDelayMs = 30_000;

/**
 * @throws {FlowError} PLAN_OPTION_INVALID – an unknown option, or a value of the wrong kind
 * @throws {FlowError} DEFINITION_DURATION_INVALID – a duration that is none
 */
export function normalizeOptions(given: unknown, place: OptionPlace): NormalOptions {
  if (given === undefined) return noOptions;
  const { retry, timeout, when, routes } = known<RouterOptions>(given, stepKeys, { ...place, option: "options" });
  if (when !== undefined && typeof when !== "function") throw invalid(place, "when", "a function of state and payload");
  if (routes !== undefined && !(Array.isArray(routes) && routes.every((label) => typeof label === "string"))) {
    throw invalid(place, "routes", "a list of labels");
  }
  return {
    ...(retry !== undefined && normalizeRetry(retry, place)),
    ...(timeout !== undefined && { timeoutMs: ms(timeout, "timeout", place) }),
    ...(when !== undefined && { when }),
    ...(routes !== undefined && { routes: [...routes] }),
  };
}

/**
 * The same for `@forEach`, which has two options of its own.
 * @throws {FlowError} PLAN_OPTION_INVALID, DEFINITION_DURATION_INVALID
 */
export function normalizeForEach(given: unknown, place: OptionPlace): NormalOptions {
  const options = known<ForEachOptions>(given ?? {}, forEachKeys, { ...place, option: "options" });
  const { concurrency = defaultConcurrency, onError = "fail", ...rest } = options;
  if (typeof concurrency !== "number") throw invalid(place, "concurrency", "a whole number from 1");
  if (onError !== "fail" && onError !== "collect") throw invalid(place, "onError", '"fail" or "collect"');
  return { ...normalizeOptions(rest, place), forEach: { concurrency, onError } };
}

function normalizeRetry(given: RetryOptions, place: OptionPlace): Pick<NormalOptions, "retry" | "retryIf"> {
  const { attempts, backoff, delay, maxDelay, jitter, ...rest } = known<RetryOptions>(given, retryKeys, {
    ...place,
    option: "retry",
  });
  if (typeof attempts !== "number") throw invalid(place, "retry.attempts", "a whole number from 1, the first included");
  if (backoff !== undefined && backoff !== "fixed" && backoff !== "exponential") {
    throw invalid(place, "retry.backoff", '"fixed" or "exponential"');
  }
  if (jitter !== undefined && typeof jitter !== "boolean") throw invalid(place, "retry.jitter", "true or false");
  if (rest.if !== undefined && typeof rest.if !== "function")
    throw invalid(place, "retry.if", "a function of the error");
  const retry: RetryPolicy = {
    attempts,
    backoff: backoff ?? "exponential",
    delayMs: delay === undefined ? defaultDelayMs : ms(delay, "retry.delay", place),
    maxDelayMs: maxDelay === undefined ? defaultMaxDelayMs : ms(maxDelay, "retry.maxDelay", place),
    jitter: jitter ?? true,
  };
  return { retry, ...(rest.if && { retryIf: rest.if }) };
}

function known<T>(
  given: unknown,
  keys: readonly (keyof T & string)[],
  place: OptionPlace & { option: string },
): Partial<T> {
  if (typeof given !== "object" || given === null) throw invalid(place, place.option, "an object");
  for (const key of Object.keys(given)) {
    if ((keys as readonly string[]).includes(key)) continue;
    const near = nearest(key, keys);
    throw new FlowError(
      "PLAN_OPTION_INVALID",
      `Step "${place.step}" of ${place.flow} has an unknown option "${key}".`,
      {
        hint: near ? `Did you mean "${near}"?` : `There are: ${keys.join(", ")}.`,
        details: { ...place, key },
      },
    );
  }
  return given;
}

function ms(duration: Duration, option: string, { flow, step }: OptionPlace): number {
  return durationMs(duration, `Option \`${option}\` of step "${step}" in ${flow}`);
}

function invalid({ flow, step }: OptionPlace, option: string, expected: string): FlowError {
  return new FlowError("PLAN_OPTION_INVALID", `Option \`${option}\` of step "${step}" in ${flow} is not ${expected}.`, {
    hint: "The docs on step options show what each takes.",
    details: { flow, step, option },
  });
}
