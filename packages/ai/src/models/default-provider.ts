import type { ModelProvider } from "./types.js";

const ofTheProgram = () => (globalThis as { AI_SDK_DEFAULT_PROVIDER?: ModelProvider }).AI_SDK_DEFAULT_PROVIDER;
const hasGateway = () => Boolean(process.env.AI_GATEWAY_API_KEY || process.env.VERCEL_OIDC_TOKEN);

/** As the AI SDK has it: one that the program has set, or the gateway where its key is there. */
export const hasDefaultProvider = (): boolean => ofTheProgram() !== undefined || hasGateway();

/** Undefined: there is none. */
export async function defaultProvider(): Promise<ModelProvider | undefined> {
  const set = ofTheProgram();
  return set ?? (hasGateway() ? ((await import("ai")).gateway as ModelProvider) : undefined);
}
