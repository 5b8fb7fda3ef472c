import type { Batch, JournalEntry, JournalRow } from "../ports/index.js";
import { questionsOf } from "./questions-of.js";
import type { RunMachine } from "./run-machine.js";

/** Entries, as they are written: with all that changes with them. `last`: the run comes to rest, so a snapshot would be for nothing. */
export function batchOf(
  machine: RunMachine,
  entries: readonly JournalEntry[],
  { after, last }: { readonly after: number; readonly last: boolean },
): Batch {
  const rows = entries.map((entry, i): JournalRow => ({ seq: after + i + 1, entry }));
  const applied = entries.some((entry) => "position" in entry);
  const inbox = applied && { inboxRead: machine.inboxRead };
  const questions = questionsOf(machine, entries);
  const data = last ? undefined : machine.snapshotIfDue();
  if (data === undefined && questions === undefined) return { rows, ...inbox };
  return {
    rows,
    ...inbox,
    ...(questions && { questions }),
    ...(data && { snapshot: { seq: after + rows.length, data } }),
  };
}
