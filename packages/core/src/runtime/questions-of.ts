import type { Batch, JournalEntry, Question } from "../ports/index.js";
import type { RunMachine } from "./run-machine.js";

/** What a batch of entries opens and closes; undefined for nearly all. */
export function questionsOf({ runId, flow, calls }: RunMachine, entries: readonly JournalEntry[]): Batch["questions"] {
  let opened: Question[] | undefined;
  let closed = calls.takeClosed();
  for (const entry of entries) {
    if (entry.type === "answered") closed = [...closed, entry.id];
    if (entry.type !== "asked") continue;
    const { id, step, number, prompt, schema, at, until } = entry;
    opened ??= [];
    opened.push({
      id,
      runId,
      flow: flow.plan.flow,
      step,
      number,
      prompt,
      schema,
      askedAt: at,
      ...(until !== undefined && { until }),
    });
  }
  return opened || closed.length > 0 ? { opened: opened ?? [], closed } : undefined;
}
