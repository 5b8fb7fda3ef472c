/** An answer in the shapes of chat completions: whole, or as the chunks of a stream. */
import type { Said, UsageSaid } from "./answer.js";

/** Which request is answered. */
export interface Occasion {
  readonly number: number;
  readonly model: string;
}

const usageUnlessSaid: UsageSaid = { input: 10, output: 5 };

export function wholeCompletion(said: Said, occasion: Occasion): object {
  const { reasoning, usage } = said;
  const text = textOf(said);
  const calls = callsOf(said, occasion);
  const message = {
    role: "assistant",
    content: text ?? null,
    ...(reasoning !== undefined && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls.map(({ index, ...call }) => call) }),
  };
  return {
    ...head(occasion, "chat.completion"),
    choices: [{ index: 0, message, finish_reason: finishOf(said) }],
    ...(usage !== null && { usage: usageData(usage) }),
  };
}

/** The chunks of a stream, in order; the last one has the usage if the client has asked for it. */
export function* chunksOf(said: Said, occasion: Occasion, withUsage: boolean): Generator<object> {
  const { pieceLength = 8, reasoning = "", usage } = said;
  const chunk = (delta: object, finish: string | null = null) => ({
    ...head(occasion, "chat.completion.chunk"),
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  yield chunk({ role: "assistant", content: "" });
  for (const piece of pieces(reasoning, pieceLength)) yield chunk({ reasoning_content: piece });
  for (const piece of pieces(textOf(said) ?? "", pieceLength)) yield chunk({ content: piece });
  for (const { index, id, type, function: called } of callsOf(said, occasion)) {
    const { name } = called;
    yield chunk({ tool_calls: [{ index, id, type, function: { name, arguments: "" } }] });
    for (const piece of pieces(called.arguments, pieceLength)) {
      yield chunk({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
  }
  yield chunk({}, finishOf(said));
  if (withUsage && usage !== null) {
    yield { ...head(occasion, "chat.completion.chunk"), choices: [], usage: usageData(usage) };
  }
}

function head({ number, model }: Occasion, object: string) {
  return { id: `chatcmpl-${number}`, object, created: 1_750_000_000 + number, model };
}

function callsOf({ calls = [] }: Said, { number }: Occasion) {
  return calls.map(({ name, input = {}, text, id }, i) => ({
    index: i,
    id: id ?? `call-${number}-${i}`,
    type: "function" as const,
    function: { name, arguments: text ?? JSON.stringify(input) },
  }));
}

function textOf({ text, json }: Said): string | undefined {
  return json === undefined ? text : JSON.stringify(json);
}

function finishOf({ finishReason, calls = [] }: Said): string {
  return finishReason ?? (calls.length > 0 ? "tool_calls" : "stop");
}

function usageData({ input, output, cached, reasoning }: UsageSaid = usageUnlessSaid): object {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(cached !== undefined && { prompt_tokens_details: { cached_tokens: cached } }),
    ...(reasoning !== undefined && { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
}

/** No piece ends between the halves of a character. */
function* pieces(text: string, length: number): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const split = /[\uD800-\uDBFF]/.test(text[at + length - 1] ?? "");
    const end = at + length + (split ? 1 : 0);
    yield text.slice(at, end);
    at = end;
  }
}
