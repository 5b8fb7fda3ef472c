/**
 * Events as they go over the wire. Those that the journal keeps have an `eventId`, by which a client comes back; `seq`, which counts
 * what one process has heard, is left out, and of errors what is not for who reads it.
 */
import { type ErrorData, FlowError, type FlowEvent, type JournaledEvent } from "millrace";
import { type ProblemOptions, problemOf, toldJson } from "../http/index.js";
import { type EventPlace, placeText } from "./event-place.js";
import { sseEvent } from "./sse-response.js";

export interface WiredEvent {
  /** Absent: it is told once, by the process that drives the run. */
  readonly place?: EventPlace;
  /** JSON */
  readonly text: string;
}

export function wireEvent(
  event: FlowEvent | JournaledEvent,
  { place, ...options }: ProblemOptions & { readonly place?: EventPlace },
): WiredEvent {
  const { seq: _, ...told } = event as FlowEvent & { readonly error?: ErrorData };
  const data = {
    ...(place && { eventId: placeText(place) }),
    ...told,
    ...(told.error && { error: problemOf(FlowError.fromJSON(told.error), options) }),
  };
  const text = JSON.stringify(toldJson(data, options));
  return place ? { place, text } : { text };
}

export const sseOf = ({ place, text }: WiredEvent): string => sseEvent(text, place && placeText(place));
