/**
 * Tells what a model says as chunks of the running step, in the words of the AI SDK's UI message stream. What is told again out of the
 * journal bears `replayed: true`.
 */
import type { StepTools } from "millrace";

export interface Chunk {
  readonly type: string;
  readonly [field: string]: unknown;
}

export type Tell = (chunk: Chunk) => void;

const nothing: Tell = () => undefined;

export function chunkTeller(
  tools: StepTools,
  { stream, replayed }: { readonly stream: boolean; readonly replayed: boolean },
): Tell {
  if (!stream) return nothing;
  return (chunk) => tools.emit(defined(replayed ? { ...chunk, replayed: true } : chunk));
}

/** Clients take no null where a field is optional. */
export function defined<T extends object>(given: T): T {
  const kept = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(kept) as T;
}
