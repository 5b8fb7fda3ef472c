/** A model that a test has to itself: real HTTP on loopback, and the real provider package in front of it. */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { type ModelServer, type ModelServerOptions, type Script, startModelServer } from "@millrace-tools/model-server";
import type { LanguageModel } from "ai";
import { onTestFinished } from "vitest";

export interface Loop {
  readonly server: ModelServer;
  readonly model: LanguageModel;
  /** How each request came out, in order. */
  readonly outcomes: () => readonly string[];
}

export async function loop(script: Script, options: ModelServerOptions = {}): Promise<Loop> {
  const server = await startModelServer(script, options);
  onTestFinished(() => server.close());
  return { server, model: modelAt(server.url), outcomes: () => server.asked.map(({ outcome }) => outcome) };
}

/** As a project would make it for a server that speaks as OpenAI's does. Without `schemas` it does not say that the server takes some. */
export function modelAt(url: string, name = "small", { schemas = true } = {}): LanguageModel {
  const options = { name: "loop", baseURL: url, apiKey: "sk-secret-1", includeUsage: true };
  return createOpenAICompatible({ ...options, ...(schemas && { supportsStructuredOutputs: true }) })(name);
}
