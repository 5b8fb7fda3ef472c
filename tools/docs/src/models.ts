/**
 * The models of a page's program: what `"openai/gpt-5"` and its like say there stands in a comment above the fence,
 * `<!-- models say: ["Hello."] -->`, so that the program runs as it is written, without a key. Loaded before the program.
 */
type Said = string | { readonly calls: readonly { readonly tool: string; readonly input: unknown }[] } | object;

const said = process.env.MILLRACE_DOCS_MODELS;
if (said !== undefined) {
  const answers = JSON.parse(said) as Said[];
  const languageModel = (modelId: string) => ({
    specificationVersion: "v3",
    provider: "gateway",
    modelId,
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error("the models of pages stream")),
    doStream: async () => {
      const answer = answers.shift();
      if (answer === undefined) throw new Error("the page's models have no more to say");
      return { stream: ReadableStream.from(partsOf(answer)) };
    },
  });
  Object.assign(globalThis, { AI_SDK_DEFAULT_PROVIDER: { languageModel } });
}

function* partsOf(answer: Said): Generator<object> {
  yield { type: "stream-start", warnings: [] };
  if (typeof answer === "object" && "calls" in answer) {
    for (const [index, { tool, input }] of answer.calls.entries())
      yield { type: "tool-call", toolCallId: `call-${index + 1}`, toolName: tool, input: JSON.stringify(input) };
    yield finish("tool-calls");
    return;
  }
  yield { type: "text-start", id: "1" };
  for (const delta of textOf(answer).match(/\S+\s*/g) ?? []) yield { type: "text-delta", id: "1", delta };
  yield { type: "text-end", id: "1" };
  yield finish("stop");
}

const textOf = (answer: Said): string => (typeof answer === "string" ? answer : JSON.stringify(answer));

function finish(unified: string): object {
  const inputTokens = { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 };
  const outputTokens = { total: 5, text: 5, reasoning: 0 };
  return { type: "finish", finishReason: { unified, raw: unified }, usage: { inputTokens, outputTokens } };
}
