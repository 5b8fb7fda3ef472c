/** Providers of the AI SDK that the project has installed: `@ai-sdk/openai` for `openai`, with its key from the environment. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ModelProvider } from "./types.js";

/** Of the packages whose name is not the provider's. */
const packages: Readonly<Record<string, string>> = { bedrock: "amazon-bedrock", vertex: "google-vertex" };

/** Providers of language models, for the nearest name and the way out. */
export const knownProviders: readonly string[] =
  "alibaba amazon-bedrock anthropic azure baseten bedrock cerebras cohere deepinfra deepseek fireworks google google-vertex groq huggingface mistral moonshotai openai perplexity togetherai vercel vertex xai".split(
    " ",
  );

export const packageOf = (provider: string) => `@ai-sdk/${packages[provider] ?? provider}`;

/** The package that serves a model of this name, as far as its name tells. */
export function providerOf(model: string): string | undefined {
  const provider = model.slice(0, model.indexOf("/"));
  return knownProviders.includes(provider) ? packageOf(provider) : undefined;
}

/** The package's default instance; undefined: it is not installed, or has none. */
export async function installedProvider(provider: string, root: string): Promise<ModelProvider | undefined> {
  const module = await importFrom(root, packageOf(provider));
  if (!module) return undefined;
  const names = [camelCase(provider), ...Object.keys(module).filter((name) => !/^(create|VERSION)/.test(name))];
  return names.map((name) => module[name]).find(isProvider);
}

/** A package as the project has it; where the project has none, this package's own. */
export async function importFrom(root: string, name: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const file = resolved(name, root);
  if (file === undefined) return undefined;
  return (await import(
    /* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ pathToFileURL(file).href
  )) as Readonly<Record<string, unknown>>;
}

export const isInstalled = (name: string, root: string): boolean => resolved(name, root) !== undefined;

function resolved(name: string, root: string): string | undefined {
  if (!/^@ai-sdk\/[a-z][a-z0-9-]*$/.test(name)) return undefined;
  for (const from of [join(root, "package.json"), import.meta.url]) {
    try {
      return createRequire(from).resolve(name);
    } catch {
      // the next one may have it
    }
  }
  return undefined;
}

const isProvider = (value: unknown): value is ModelProvider =>
  (typeof value === "function" || (typeof value === "object" && value !== null)) &&
  typeof (value as { languageModel?: unknown }).languageModel === "function";

const camelCase = (text: string) => text.replace(/-+(\w)/g, (_all, letter: string) => letter.toUpperCase());
