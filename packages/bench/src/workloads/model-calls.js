/** W14: a model that answers at once. In words, streamed and heard; or in rounds of calls of a tool, each in a request of its own. */
import { expectEqual } from "../measure/checks.js";
import { withMemory } from "../measure/memory.js";
import { sizes } from "../measure/sizes.js";
import { measureOnce, measureRuns, warmUp } from "../measure/timing.js";

const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
const finish = (unified) => ({ type: "finish", finishReason: { unified, raw: unified }, usage });

const words = (count) => [
  { type: "text-start", id: "0" },
  ...Array.from({ length: count }, () => ({ type: "text-delta", id: "0", delta: "word " })),
  { type: "text-end", id: "0" },
  finish("stop"),
];

const toolCall = (number) => [
  { type: "tool-call", toolCallId: `call-${number}`, toolName: "look", input: JSON.stringify({ number }) },
  finish("tool-calls"),
];

/** As the AI SDK takes it; `say` is given the number of rounds of tools behind it. */
function modelOf(say) {
  return {
    specificationVersion: "v3",
    provider: "bench",
    modelId: "instant",
    supportedUrls: {},
    doStream: async ({ prompt }) => ({ stream: streamOf(say(prompt.filter(({ role }) => role === "tool").length)) }),
  };
}

function streamOf(parts) {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      if (next === 0) controller.enqueue({ type: "stream-start", warnings: [] });
      if (next < parts.length) controller.enqueue(parts[next++]);
      else controller.close();
    },
  });
}

/**
 * @param {() => Promise<(model: object) => Promise<number>>} asking makes what answers the number of characters that were heard
 */
export const wordsCell = (asking) => async () => {
  const ask = await asking();
  const model = modelOf(() => words(sizes.modelWords));
  const checked = async () => expectEqual(await ask(model), sizes.modelWords * "word ".length, "characters");
  await warmUp(checked);
  return measureRuns(checked, sizes.modelWords);
};

/**
 * Warmed up with short loops, measured once, with its memory.
 * @param {() => Promise<(model: object) => Promise<number>>} asking makes what answers how often the tool was called
 */
export const roundsCell =
  (asking, rounds = sizes.modelRounds) =>
  async () => {
    const ask = await asking();
    const loop = (most) => modelOf((round) => (round < most ? toolCall(round) : words(1)));
    await warmUp(async () => expectEqual(await ask(loop(10)), 10, "calls"));
    return withMemory(() => measureOnce(async () => expectEqual(await ask(loop(rounds)), rounds, "calls"), rounds));
  };
