import type { JournalEntry } from "millrace";
import { callName } from "./call-name.js";

/** What a commit stores, in a few words. */
export function describeEntries(runId: string, entries: readonly JournalEntry[]): string {
  return entries.map((entry) => describe(runId, entry)).join(", ");
}

function describe(runId: string, entry: JournalEntry): string {
  switch (entry.type) {
    case "completed":
      return `${callName(runId, entry)} completed${entry.labels ? ` with ${entry.labels.map(({ label }) => label).join(", ")}` : ""}`;
    case "failed":
    case "attempt-failed":
      return `${callName(runId, entry)} failed (${entry.error.message})`;
    case "once":
    case "timer":
    case "asked":
    case "answered":
      return `${entry.key} of ${callName(runId, entry)} ${entry.type === "once" ? "done" : entry.type === "timer" ? "set" : entry.type}`;
    case "skipped":
      return `${callName(runId, entry)} skipped`;
    case "signal":
      return `signal ${entry.name}`;
    case "ended":
      return `ended: ${entry.status}`;
    default:
      return entry.type;
  }
}

/** What orders differ in: a call's end, a signal, a question's end. */
export function orderedBy(runId: string, entry: JournalEntry): string | undefined {
  switch (entry.type) {
    case "completed":
    case "skipped":
    case "failed":
      return callName(runId, entry);
    case "signal":
      return `signal ${entry.name}`;
    case "answered":
      return `${"timedOut" in entry.answer ? "silence" : "answer"} ${entry.id}`;
    default:
      return undefined;
  }
}
