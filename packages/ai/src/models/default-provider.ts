import { gateway } from "ai";
import type { ModelProvider } from "./types.js";

/** As the AI SDK has it: one that the program has set, or the gateway where its key is there. */
export function defaultProvider(): ModelProvider | undefined {
  const set = (globalThis as { AI_SDK_DEFAULT_PROVIDER?: ModelProvider }).AI_SDK_DEFAULT_PROVIDER;
  if (set) return set;
  const { AI_GATEWAY_API_KEY, VERCEL_OIDC_TOKEN } = process.env;
  return AI_GATEWAY_API_KEY || VERCEL_OIDC_TOKEN ? (gateway as ModelProvider) : undefined;
}
