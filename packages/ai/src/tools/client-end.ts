/** How a call of a client's tool ends: the engine asks, and the step waits. */
import type { StepTools } from "millrace";
import type { ClientAnswer } from "./client-answer.js";
import type { ToolEnd } from "./tool-output.js";

interface ClientCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
}

/** Asks for the end of a call. `client` in what the question is about tells it from one for approval. */
export async function clientEnd(
  call: ClientCall,
  { schema, key, tools }: { readonly schema: ClientAnswer; readonly key: string; readonly tools: StepTools },
): Promise<ToolEnd> {
  const { toolCallId, toolName, input } = call;
  const answer = await tools.ask(`The tool "${toolName}" is called: what does it answer?`, {
    schema,
    key: `${key}.client`,
    value: { toolName, toolCallId, input, client: true },
  });
  return "error" in answer ? { status: "failed", error: answer.error } : { status: "done", output: answer.output };
}
