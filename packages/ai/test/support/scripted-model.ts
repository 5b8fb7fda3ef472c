/** A model that says what a script says, in streams, and keeps what it was asked. */
import { simulateReadableStream } from "ai";
import { MockLanguageModelV3 } from "ai/test";

/** What one request is answered: an error is thrown, a text streamed in words, a call made; a `break` cuts the stream off. */
export type Say =
  | string
  | Error
  | {
      readonly think?: string;
      readonly text?: string;
      readonly calls?: readonly { readonly id?: string; readonly tool: string; readonly input: unknown }[];
      /** Parts of the stream as they are, after all else. */
      readonly parts?: readonly object[];
      readonly finish?: string;
      readonly break?: Error | true;
      readonly tokens?: readonly [input: number, output: number];
    };

export interface ScriptedModel extends MockLanguageModelV3 {
  /** How often it was asked. */
  readonly asked: number;
}

/** A model that goes by what it is told alone: `round` is the number of rounds of tool calls behind it. */
export function statelessModel(says: (round: number) => Say): MockLanguageModelV3 {
  return modelOf((prompt) => says(prompt.filter(({ role }) => role === "tool").length), "acme/fast");
}

export function scriptedModel(says: readonly Say[] | ((asked: number) => Say), name = "acme/fast"): ScriptedModel {
  let asked = 0;
  const model = modelOf(() => {
    const say = typeof says === "function" ? says(asked) : says[asked];
    asked++;
    if (say === undefined) throw new Error(`nobody has told what to say to request ${asked}`);
    return say;
  }, name);
  return Object.defineProperty(model, "asked", { get: () => asked }) as ScriptedModel;
}

function modelOf(say: (prompt: readonly { readonly role: string }[]) => Say, name: string): MockLanguageModelV3 {
  const [provider, modelId] = name.split("/") as [string, string];
  return new MockLanguageModelV3({
    provider,
    modelId,
    doStream: async ({ prompt }) => {
      const said = say(prompt);
      if (said instanceof Error) throw said;
      const chunks = partsOf(said) as never[];
      return { stream: simulateReadableStream({ chunks, chunkDelayInMs: null, initialDelayInMs: null }) };
    },
  });
}

function partsOf(say: Exclude<Say, Error>): object[] {
  const {
    think,
    text,
    calls = [],
    parts: more = [],
    finish,
    break: cut,
    tokens = [10, 5],
  } = typeof say === "string" ? { text: say } : say;
  const parts: object[] = [{ type: "stream-start", warnings: [] }];
  if (think !== undefined)
    parts.push(
      { type: "reasoning-start", id: "r" },
      { type: "reasoning-delta", id: "r", delta: think },
      { type: "reasoning-end", id: "r" },
    );
  if (text !== undefined) {
    parts.push({ type: "text-start", id: "t" });
    for (const delta of text.match(/\S+\s*|\s+/g) ?? []) parts.push({ type: "text-delta", id: "t", delta });
    if (!cut) parts.push({ type: "text-end", id: "t" });
  }
  calls.forEach(({ id, tool, input }, index) => {
    const toolCallId = id ?? `call-${index + 1}`;
    const written = typeof input === "string" ? input : JSON.stringify(input);
    parts.push(
      { type: "tool-input-start", id: toolCallId, toolName: tool },
      { type: "tool-input-delta", id: toolCallId, delta: written },
      { type: "tool-input-end", id: toolCallId },
      { type: "tool-call", toolCallId, toolName: tool, input: written },
    );
  });
  parts.push(...more);
  if (cut instanceof Error) parts.push({ type: "error", error: cut });
  if (cut) return parts;
  const unified = finish ?? (calls.length > 0 ? "tool-calls" : "stop");
  parts.push({
    type: "finish",
    finishReason: { unified, raw: unified },
    usage: {
      inputTokens: { total: tokens[0], noCache: tokens[0], cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: tokens[1], text: tokens[1], reasoning: 0 },
    },
  });
  return parts;
}

/** What the model was told in its request with this number, from 0, as short texts. */
export function told(model: MockLanguageModelV3, request: number): string[] {
  return model.doStreamCalls[request]!.prompt.map(({ role, content }) => {
    if (typeof content === "string") return `${role}: ${content}`;
    const parts = content.map((part) => {
      if (part.type === "text") return part.text;
      if (part.type === "tool-call") return `${part.toolName}(${JSON.stringify(part.input)})`;
      if (part.type === "tool-result") return `${part.toolName} => ${JSON.stringify(part.output)}`;
      return part.type;
    });
    return `${role}: ${parts.join(" | ")}`;
  });
}
