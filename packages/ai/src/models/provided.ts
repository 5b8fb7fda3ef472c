/** What the project has said of its models: who serves them, and what they cost. Of the process, as the AI SDK's own default provider is. */
import type { ModelPrices, ModelProvider } from "./types.js";

const providers = new Map<string, ModelProvider>();
const prices = new Map<string, ModelPrices[string]>();

/**
 * Says who serves the models of a name: `"acme/fast"` is then what `acme` answers for `"fast"`. It goes before packages that are
 * installed. Call it once, where the project begins: in `millrace.config.ts`, or a module that your flows import.
 *
 * @param given by the word that stands before the `/`
 * @returns takes it back; for tests
 * @example
 * import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
 * provideModels({ acme: createOpenAICompatible({ name: "acme", baseURL: "https://models.acme.example/v1" }) });
 */
export function provideModels(given: Readonly<Record<string, ModelProvider>>): () => void {
  return put(providers, given);
}

/**
 * Says what models cost, so that usage tells it: `"openai/gpt-5:cost_usd"`. Prices of a call go before these.
 *
 * @param given by the model's name, in USD per million tokens
 * @returns takes it back; for tests
 * @example
 * providePrices({ "openai/gpt-5": { input: 1.25, output: 10, cachedInput: 0.125 } });
 */
export function providePrices(given: ModelPrices): () => void {
  return put(prices, given);
}

function put<T>(into: Map<string, T>, given: Readonly<Record<string, T>>): () => void {
  const before = Object.keys(given).map((key) => [key, into.get(key)] as const);
  for (const [key, value] of Object.entries(given)) into.set(key, value);
  return () => {
    for (const [key, value] of before) {
      if (value === undefined) into.delete(key);
      else into.set(key, value);
    }
  };
}

export const providedModels: ReadonlyMap<string, ModelProvider> = providers;
export const providedPrices: ReadonlyMap<string, ModelPrices[string]> = prices;
