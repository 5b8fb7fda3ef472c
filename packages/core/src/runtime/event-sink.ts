import type { FlowEvent } from "../ports/index.js";

/** Somebody who hears a run's events. */
export interface EventSink {
  readonly observed: boolean;
  emit(event: FlowEvent): void;
}
