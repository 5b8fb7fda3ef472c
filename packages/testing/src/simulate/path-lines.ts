import type { JournalEntry } from "millrace";

/** What a commit stores, in a few words. */
export function describeEntries(entries: readonly JournalEntry[]): string {
  return entries.map(describe).join(", ");
}

function describe(entry: JournalEntry): string {
  switch (entry.type) {
    case "completed":
      return `${entry.step}#${entry.number} completed${entry.labels ? ` with ${entry.labels.map(({ label }) => label).join(", ")}` : ""}`;
    case "failed":
    case "attempt-failed":
      return `${entry.step}#${entry.number} failed (${entry.error.message})`;
    case "once":
    case "timer":
    case "asked":
    case "answered":
      return `${entry.key} of ${entry.step}#${entry.number} ${entry.type === "once" ? "done" : entry.type === "timer" ? "set" : entry.type}`;
    case "skipped":
      return `${entry.step}#${entry.number} skipped`;
    case "signal":
      return `signal ${entry.name}`;
    case "ended":
      return `ended: ${entry.status}`;
    default:
      return entry.type;
  }
}

/** What orders differ in: a call's end, a signal, a question's end. */
export function orderedBy(entry: JournalEntry): string | undefined {
  switch (entry.type) {
    case "completed":
    case "skipped":
    case "failed":
      return `${entry.step}#${entry.number}`;
    case "signal":
      return `signal ${entry.name}`;
    case "answered":
      return `${"timedOut" in entry.answer ? "silence" : "answer"} ${entry.id}`;
    default:
      return undefined;
  }
}
