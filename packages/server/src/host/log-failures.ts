/** What fails in runs, told to the logger: often nobody waits for an answer that would say it, of schedules and recovered runs nobody. */
import { type ErrorData, FlowError, type FlowEvents, type FlowLogger } from "millrace";

/** Of the runs of these flows; those that a run has started are told by it. Answers a function that ends it. */
export function logFailures(
  events: FlowEvents,
  { flows, logger }: { readonly flows: ReadonlyMap<string, unknown>; readonly logger: FlowLogger },
): () => void {
  const isOurs = ({ flow, path }: { readonly flow: string; readonly path?: unknown }) => !path && flows.has(flow);
  const unheard = [
    events.on("run.failed", (event) => {
      if (isOurs(event)) logger.error(`a run of "${event.flow}" has failed`, fieldsOf(event));
    }),
    events.on("run.abandoned", (event) => {
      if (isOurs(event)) logger.error(`a run of "${event.flow}" can't be driven on here`, fieldsOf(event));
    }),
    events.on("step.retrying", (event) => {
      if (isOurs(event)) logger.warn(`a step of "${event.flow}" has failed, and is tried again`, fieldsOf(event));
    }),
  ];
  return () => {
    for (const end of unheard) end();
  };
}

interface Failure {
  readonly runId: string;
  readonly step?: string;
  readonly attempt?: number;
  readonly error: ErrorData;
}

function fieldsOf({ runId, error: data, step = data.step, attempt }: Failure): Readonly<Record<string, unknown>> {
  const error = FlowError.fromJSON(data);
  return { runId, ...(step !== undefined && { step }), ...(attempt !== undefined && { attempt }), error };
}
