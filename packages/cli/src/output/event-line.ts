import type { FlowEvent } from "millrace";

/** An event as one line, for logs and pipes; undefined: it says nothing that others do not. */
export function eventLine(event: FlowEvent): string | undefined {
  const line = text(event);
  if (line === undefined) return undefined;
  const inside = event.path?.map(({ step, number }) => `${step}#${number}/`).join("") ?? "";
  return `${new Date(event.at).toISOString()} ${event.type} ${inside}${line}`.trimEnd();
}

function text(event: FlowEvent): string | undefined {
  switch (event.type) {
    case "run.started":
    case "run.resumed":
    case "run.completed":
    case "run.waiting":
    case "run.cancelled":
      return `${event.flow} ${event.runId}`;
    case "run.failed":
    case "run.abandoned":
      return `${event.flow} ${event.runId} ${event.error.code}`;
    case "step.started":
    case "step.skipped":
      return `${event.step}#${event.number}`;
    case "step.completed":
      return `${event.step}#${event.number} ${Math.round(event.durationMs)}ms`;
    case "step.failed":
    case "step.retrying":
      return `${event.step}#${event.number} attempt ${event.attempt} ${event.error.code}`;
    case "route.taken":
      return `${event.step} → ${event.label}`;
    case "ask.requested":
      return `${event.step}#${event.number} ${event.id}`;
    case "signal.received":
      return event.name;
    default:
      return undefined;
  }
}
