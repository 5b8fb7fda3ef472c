import type { FlowEvents } from "millrace";

/** All chunks that steps of the flow stream, from now on. */
export function chunksOf(flow: { readonly events: FlowEvents }): Record<string, unknown>[] {
  const chunks: Record<string, unknown>[] = [];
  flow.events.on("output.chunk", ({ chunk }) => void chunks.push(chunk as Record<string, unknown>));
  return chunks;
}
