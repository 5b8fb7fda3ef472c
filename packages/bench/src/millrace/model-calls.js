/** A model's call as a step makes it: what it says is heard as chunks and kept, and its tools are called once each. */
import { Flow, start } from "millrace";
import { z } from "zod";
import { addStep } from "./add-step.js";

/** A flow of one step. */
function asking(method) {
  class Asking extends Flow {}
  addStep(Asking, "answer", { on: start(), method });
  return new Asking();
}

export async function wordsHeard() {
  const { generate } = await import("@millrace/ai");
  return async (model) => {
    let characters = 0;
    const flow = asking(() => generate({ model, prompt: "?" }));
    flow.events.on("output.chunk", ({ chunk }) => {
      const { type, delta } = /** @type {any} */ (chunk);
      if (type === "text-delta") characters += delta.length;
    });
    await flow.kickoff();
    return characters;
  };
}

export async function toolRounds() {
  const { generate, tool } = await import("@millrace/ai");
  return async (model) => {
    let calls = 0;
    const look = tool({ parameters: z.object({ number: z.number() }), run: () => ++calls });
    const ask = async () => (await generate({ model, prompt: "?", tools: { look }, maxSteps: 10_000 })).steps;
    await asking(ask).kickoff();
    return calls;
  };
}
