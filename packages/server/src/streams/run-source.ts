/** What following a run needs of it: its record, and the events that its journal stands for. */
import type { RunRecord } from "millrace";
import type { Host, HostedFlow } from "../host/index.js";
import type { ProblemOptions } from "../http/index.js";
import type { EventPlace } from "./event-place.js";
import { type WiredEvent, wireEvent } from "./wire-event.js";

export interface RunSource {
  readonly id: string;
  /** Undefined: it is not stored, or not any more. */
  record(): Promise<Pick<RunRecord, "position" | "status"> | undefined>;
  /** After 0: from where the journal begins. With a signal it goes on until the run has ended, or the signal is aborted; without, to the journal's end as it is now. */
  events(from: {
    readonly after: number | EventPlace;
    readonly abortSignal?: AbortSignal;
  }): AsyncIterable<WiredEvent & { readonly place: EventPlace }>;
}

export interface SourceOptions extends ProblemOptions {
  readonly host: Pick<Host, "persistence">;
}

export function runSource(
  { flow }: Pick<HostedFlow, "flow">,
  id: string,
  { host, ...options }: SourceOptions,
): RunSource {
  return {
    id,
    record: async () => host.persistence.get(id),
    async *events({ after, abortSignal }) {
      const { position } = typeof after === "number" ? { position: after } : after;
      const from = position > 0 && { after };
      const items = flow.runs.events(id, { ...from, ...(abortSignal && { abortSignal, follow: true }) });
      for await (const { position, part, event } of items) {
        const place = { position, part };
        yield { ...wireEvent(event, { ...options, place }), place };
      }
    },
  };
}
