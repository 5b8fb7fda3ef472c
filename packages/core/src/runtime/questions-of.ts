import type { Batch, EntryOf, JournalEntry, Question } from "../ports/index.js";
import type { RunMachine } from "./run-machine.js";

/** What a batch of entries opens and closes; undefined for nearly all. */
export function questionsOf({ runId, flow, calls }: RunMachine, entries: readonly JournalEntry[]): Batch["questions"] {
  let opened: Question[] | undefined;
  let closed = calls.takeClosed();
  for (const entry of entries) {
    if (entry.type === "answered") closed = [...closed, entry.id];
    const asked = askedBy(entry);
    if (!asked) continue;
    const { step, number, at } = entry as EntryOf<"asked" | "completed">;
    const { id, prompt, schema, until, value, outcomes } = asked;
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
      ...(value !== undefined && { value }),
      ...(outcomes && { value, outcomes }),
    });
  }
  return opened || closed.length > 0 ? { opened: opened ?? [], closed } : undefined;
}

type Asked = Pick<EntryOf<"asked">, "id" | "prompt" | "schema" | "until" | "value" | "outcomes">;

/** The question that is open from an entry on. */
export function askedBy(entry: JournalEntry): Asked | undefined {
  if (entry.type === "asked") return entry;
  return entry.type === "completed" && entry.approval ? { ...entry.approval, value: entry.output } : undefined;
}
