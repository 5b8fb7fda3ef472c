/** Stands for a language model where there is no key: it looks up the number that it is told. */
import { MockLanguageModelV3, simulateReadableStream } from "ai/test";

type Prompt = Parameters<MockLanguageModelV3["doStream"]>[0]["prompt"];

export const standIn = (modelId: string) =>
  new MockLanguageModelV3({
    provider: "demo",
    modelId,
    doStream: async ({ prompt }) => ({
      stream: simulateReadableStream({ chunks: [...partsOf(prompt)] as never[], chunkDelayInMs: 30 }),
    }),
  });

function* partsOf(prompt: Prompt): Generator<object> {
  yield { type: "stream-start", warnings: [] };
  const last = prompt.at(-1);
  const order = Number(/\d+/.exec(JSON.stringify(last?.content))?.[0] ?? 0);
  const looksUp = last?.role === "user" && order > 0;
  if (looksUp) {
    yield { type: "tool-call", toolCallId: "call", toolName: "look_up", input: JSON.stringify({ id: order }) };
  } else {
    yield { type: "text-start", id: "1" };
    for (const delta of answer(last).match(/\S+\s*/g) ?? []) yield { type: "text-delta", id: "1", delta };
    yield { type: "text-end", id: "1" };
  }
  const unified = looksUp ? "tool-calls" : "stop";
  const inputTokens = { total: 20, noCache: 20, cacheRead: 0, cacheWrite: 0 };
  const outputTokens = { total: 5, text: 5, reasoning: 0 };
  yield { type: "finish", finishReason: { unified, raw: unified }, usage: { inputTokens, outputTokens } };
}

function answer(last: Prompt[number] | undefined): string {
  if (last?.role !== "tool") return "Which order is it about?";
  const found = last.content.flatMap((part) => (part.type === "tool-result" ? [part.output] : []));
  return found.map((output) => `Your order is ${"value" in output ? output.value : "not known"}.`).join(" ");
}
