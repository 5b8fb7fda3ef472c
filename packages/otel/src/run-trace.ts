/** Where a run's span belongs: under what was active, or in a trace of the run's own; and what it is linked to. */
import { createHash } from "node:crypto";
import { type Context, isSpanContextValid, type Link, type SpanContext, TraceFlags, trace } from "@opentelemetry/api";
import { attribute } from "./attributes.js";

export type TraceChoice = "caller" | "run";

export interface RunKey {
  readonly flow: string;
  readonly runId: string;
}

/** So many runs that rest are remembered; the oldest are forgotten first. */
const remembered = 1000;

/**
 * The last span of each run that this process has driven and that may go on: by another instance too, so there is one list
 * for the process.
 */
const lastSpans = new Map<string, SpanContext>();

const keyOf = ({ flow, runId }: RunKey): string => `${flow}\n${runId}`;

export function rememberSpan(run: RunKey, span: SpanContext): void {
  const key = keyOf(run);
  lastSpans.delete(key);
  lastSpans.set(key, span);
  for (const oldest of lastSpans.keys()) {
    if (lastSpans.size <= remembered) break;
    lastSpans.delete(oldest);
  }
}

export interface Place {
  /** What the run's span is started in. */
  readonly parent: Context;
  readonly links: readonly Link[];
}

/** The place of a run's next span, in what is `active`; what was remembered of the run is used up. */
export function placeOf(run: RunKey, active: Context, choice: TraceChoice): Place {
  const links: Link[] = [];
  const key = keyOf(run);
  const previous = lastSpans.get(key);
  lastSpans.delete(key);
  if (previous && isSpanContextValid(previous))
    links.push({ context: previous, attributes: { [attribute.link]: "previous" } });
  if (choice === "caller") return { parent: active, links };
  const caller = trace.getSpanContext(active);
  if (caller && isSpanContextValid(caller)) links.push({ context: caller, attributes: { [attribute.link]: "caller" } });
  return { parent: trace.setSpanContext(active, ownContext(run)), links };
}

/** The same in every process: made of the run's id alone. No span bears its span id. */
function ownContext(run: RunKey): SpanContext {
  const hash = createHash("sha256").update(keyOf(run)).digest("hex");
  return { traceId: hash.slice(0, 32), spanId: hash.slice(32, 48), traceFlags: TraceFlags.SAMPLED, isRemote: true };
}
