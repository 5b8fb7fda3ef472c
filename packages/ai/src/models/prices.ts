/** What a request to a model has cost, by its tokens. */
import { providedPrices } from "./provided.js";
import type { ModelPrices } from "./types.js";

/** Of one request. Reasoning is part of the output, cached input part of the input. */
export interface ModelTokens {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly cachedInput?: number | undefined;
}

/**
 * What a request has cost, in USD; undefined where the model has no price, or the provider tells no tokens.
 *
 * @param prices those of the call; the ones of `providePrices` stand behind them
 */
export function costOf(model: string, tokens: ModelTokens, prices: ModelPrices = {}): number | undefined {
  const price = Object.hasOwn(prices, model) ? prices[model] : providedPrices.get(model);
  const { input, output, cachedInput = 0 } = tokens;
  if (!price || (input === undefined && output === undefined)) return undefined;
  const cached = Math.min(cachedInput, input ?? 0);
  const fresh = (input ?? 0) - cached;
  return (fresh * price.input + cached * (price.cachedInput ?? price.input) + (output ?? 0) * price.output) / 1e6;
}
