/** The floor of a model's call: the AI SDK alone, with the loop of tools that it has itself. */

export async function wordsHeard() {
  const { streamText } = await import("ai");
  return async (model) => {
    let characters = 0;
    for await (const part of streamText({ model, prompt: "?" }).fullStream)
      if (part.type === "text-delta") characters += part.text.length;
    return characters;
  };
}

export async function toolRounds() {
  const { jsonSchema, stepCountIs, streamText } = await import("ai");
  return async (model) => {
    let calls = 0;
    const look = { inputSchema: jsonSchema({ type: "object" }), execute: () => ++calls };
    const { fullStream } = streamText({ model, prompt: "?", tools: { look }, stopWhen: stepCountIs(10_000) });
    for await (const part of fullStream) if (part.type === "error") throw part.error;
    return calls;
  };
}
