/** What an answer of a model has used, as it reports it, and as a step tells it. */

/** Tokens and requests; what a provider does not tell is 0. */
export interface ModelUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly cachedInputTokens: number;
  readonly requests: number;
}

export const noUsage: ModelUsage = {
  inputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  cachedInputTokens: 0,
  requests: 0,
};

/** What is looked at of the usage that the majors of `ai` report. */
interface Reported {
  readonly inputTokens?: unknown;
  readonly outputTokens?: unknown;
  readonly reasoningTokens?: unknown;
  readonly cachedInputTokens?: unknown;
  readonly inputTokenDetails?: { readonly cacheReadTokens?: unknown };
  readonly outputTokenDetails?: { readonly reasoningTokens?: unknown };
}

/** Of one request. */
export function readUsage(reported: unknown): ModelUsage {
  const given = (reported ?? {}) as Reported;
  return {
    inputTokens: count(given.inputTokens),
    outputTokens: count(given.outputTokens),
    reasoningTokens: count(given.outputTokenDetails?.reasoningTokens ?? given.reasoningTokens),
    cachedInputTokens: count(given.inputTokenDetails?.cacheReadTokens ?? given.cachedInputTokens),
    requests: 1,
  };
}

export function sumUsage(one: ModelUsage, other: ModelUsage): ModelUsage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    reasoningTokens: one.reasoningTokens + other.reasoningTokens,
    cachedInputTokens: one.cachedInputTokens + other.cachedInputTokens,
    requests: one.requests + other.requests,
  };
}

/** For `addUsage`, by the model's name: `openai/gpt-5:input_tokens` and its like. Nothing is said of what is 0. */
export function usageCounts(model: string, usage: ModelUsage): Record<string, number> {
  const counts = {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    cached_input_tokens: usage.cachedInputTokens,
    requests: usage.requests,
  };
  return Object.fromEntries(
    Object.entries(counts).flatMap(([name, number]) => (number > 0 ? [[`${model}:${name}`, number]] : [])),
  );
}

const count = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
