import { inspect } from "node:util";
import type { FlowEvent } from "millrace";

/** One line for what a person would like to see of a run; undefined for the rest. */
export function progressLine(event: FlowEvent): string | undefined {
  switch (event.type) {
    case "run.started":
      return `run ${event.runId}`;
    case "run.resumed":
      return `run ${event.runId} goes on; what had committed does not run again`;
    case "step.completed":
      return `  ✓ ${event.step.padEnd(12)} ${brief(event.output)}`;
    case "step.failed":
      return `  ✗ ${event.step.padEnd(12)} ${event.error.message}`;
    default:
      return undefined;
  }
}

function brief(value: unknown): string {
  // a router's result is its label
  if (typeof value === "string") return `→ ${value}`;
  if (Array.isArray(value)) return value.length === 1 ? "1 commit" : `${value.length} commits`;
  if (typeof value === "number") return `${value} changed lines`;
  if (typeof value !== "object" || value === null) return "";
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, compact: true }).replace(/^\{ (.*) \}$/, "$1");
}
