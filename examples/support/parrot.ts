/** Stands for a language model where there is no key: it goes by the words of what it is told. */
import { provideModels } from "@millrace/ai";
import { MockLanguageModelV3, simulateReadableStream } from "ai/test";

type Prompt = Parameters<MockLanguageModelV3["doStream"]>[0]["prompt"];

/** `demo/parrot` is served from now on; what is answered takes it back. */
export const serveParrot = (): (() => void) => provideModels({ demo: (id) => parrot(id) });

function parrot(modelId: string): MockLanguageModelV3 {
  return new MockLanguageModelV3({
    provider: "demo",
    modelId,
    doStream: async ({ prompt, tools = [], responseFormat }) => {
      const chunks = [...partsOf(responseFormat?.type === "json" ? label(prompt) : answer(prompt, tools.length > 0))];
      return { stream: simulateReadableStream({ chunks: chunks as never[], chunkDelayInMs: null }) };
    },
  });
}

type Said = { readonly text: string } | { readonly tool: string; readonly input: object };

/** What the message is about. */
function label(prompt: Prompt): Said {
  const message = newestText(prompt).split("The message:").at(-1)!;
  const found = /order|money|back/i.test(message) ? "order" : /bye/i.test(message) ? "goodbye" : "other";
  return { text: JSON.stringify({ result: found }) };
}

function answer(prompt: Prompt, hasTools: boolean): Said {
  const last = prompt.at(-1);
  if (last?.role === "tool") {
    const results = last.content.flatMap((part) => (part.type === "tool-result" ? [part.output] : []));
    return {
      text: results.map((output) => ("value" in output ? said(output.value) : "That was not allowed.")).join(" "),
    };
  }
  const id = Number(/\d+/.exec(newestText(prompt))?.[0] ?? 0);
  if (!hasTools || id === 0) return { text: "Which order is it about?" };
  return { tool: /money|back/i.test(newestText(prompt)) ? "pay_back" : "look_up", input: { id } };
}

const said = (value: unknown) =>
  typeof value === "object" && value !== null && "state" in value ? `It is ${value.state}.` : `${value}.`;

function newestText(prompt: Prompt): string {
  const message = prompt.findLast(({ role }) => role === "user");
  if (message?.role !== "user") return "";
  return message.content.map((part) => (part.type === "text" ? part.text : "")).join(" ");
}

function* partsOf(said: Said): Generator<object> {
  yield { type: "stream-start", warnings: [] };
  if ("tool" in said) {
    yield { type: "tool-call", toolCallId: "call", toolName: said.tool, input: JSON.stringify(said.input) };
  } else {
    yield { type: "text-start", id: "1" };
    for (const delta of said.text.match(/\S+\s*/g) ?? []) yield { type: "text-delta", id: "1", delta };
    yield { type: "text-end", id: "1" };
  }
  const unified = "tool" in said ? "tool-calls" : "stop";
  const inputTokens = { total: 20, noCache: 20, cacheRead: 0, cacheWrite: 0 };
  const outputTokens = { total: 5, text: 5, reasoning: 0 };
  yield { type: "finish", finishReason: { unified, raw: unified }, usage: { inputTokens, outputTokens } };
}
