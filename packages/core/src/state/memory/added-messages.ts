import type { MemoryMessage } from "./memory.js";
import { finishedList } from "./recent-messages.js";

/**
 * What the running step has added to a memory; nothing where it has rewritten it.
 * @param committed The memory as it was when the step began.
 *
 * @example
 * const { committed } = stepTools().call as StepCall & CallSources;
 * const said = addedMessages(this.state.history, (committed as { history: MemoryMessage[] }).history);
 */
export function addedMessages(memory: readonly MemoryMessage[], committed: unknown): readonly MemoryMessage[] {
  const now = finishedList(memory);
  if (!Array.isArray(committed) || !committed.every((message, at) => message === now[at])) return [];
  return now.slice(committed.length);
}
