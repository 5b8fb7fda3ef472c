/** Whether language models can be asked: the AI SDK, and the keys of the providers that the project has installed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Finding, fail, ok, warn } from "./finding.js";
import { installed, major } from "./installed.js";

/** Where providers of the AI SDK look for their keys: one of these. */
const variables: Readonly<Record<string, readonly string[]>> = {
  alibaba: ["ALIBABA_API_KEY"],
  anthropic: ["ANTHROPIC_API_KEY"],
  azure: ["AZURE_API_KEY"],
  baseten: ["BASETEN_API_KEY"],
  cerebras: ["CEREBRAS_API_KEY"],
  cohere: ["COHERE_API_KEY"],
  deepinfra: ["DEEPINFRA_API_KEY"],
  deepseek: ["DEEPSEEK_API_KEY"],
  fireworks: ["FIREWORKS_API_KEY"],
  google: ["GOOGLE_GENERATIVE_AI_API_KEY"],
  groq: ["GROQ_API_KEY"],
  huggingface: ["HUGGINGFACE_API_KEY"],
  mistral: ["MISTRAL_API_KEY"],
  moonshotai: ["MOONSHOT_API_KEY"],
  openai: ["OPENAI_API_KEY"],
  perplexity: ["PERPLEXITY_API_KEY"],
  togetherai: ["TOGETHER_API_KEY", "TOGETHER_AI_API_KEY"],
  vercel: ["VERCEL_API_KEY"],
  xai: ["XAI_API_KEY"],
};

/** Majors of the AI SDK that `@millrace/ai` stands on. */
const majors = [5, 6, 7];

/** @param env the environment, with what `.env` of the project says */
export function modelFindings(root: string, env: NodeJS.ProcessEnv = process.env): readonly Finding[] {
  if (!installed("@millrace/ai", root)) return [];
  const sdk = installed("ai", root);
  if (!sdk) return [fail("models", "@millrace/ai is there, the AI SDK is not.", "Install it: npm install ai")];
  if (!majors.includes(major(sdk.version)))
    return [
      fail("models", `ai is ${sdk.version}.`, `@millrace/ai stands on ai ${majors.join(", ")}: npm install ai@6`),
    ];
  const providers = providersOf(root).filter((provider) => installed(`@ai-sdk/${provider}`, root));
  const named = ["ai", ...providers.map((provider) => `@ai-sdk/${provider}`)].map(
    (name) => `${name} ${installed(name, root)!.version}`,
  );
  return [...providers.flatMap((provider) => keyFinding(provider, env)), ok("models", named.join(", "))];
}

function keyFinding(provider: string, env: NodeJS.ProcessEnv): readonly Finding[] {
  const names = Object.hasOwn(variables, provider) ? variables[provider]! : [];
  if (names.length === 0 || names.some((name) => env[name])) return [];
  const hint =
    "Set it in the environment or in .env, or give the key where the provider is made, in a document by a connection's `apiKey`.";
  return [warn("models", `${names[0]} is not set: models of @ai-sdk/${provider} have no key by it.`, hint)];
}

/** Those that the project itself names: others have them for purposes of their own. */
function providersOf(root: string): readonly string[] {
  try {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
      string,
      object | undefined
    >;
    const names = Object.keys({ ...dependencies, ...devDependencies });
    return names.flatMap((name) => (name.startsWith("@ai-sdk/") ? [name.slice("@ai-sdk/".length)] : [])).sort();
  } catch {
    return [];
  }
}
