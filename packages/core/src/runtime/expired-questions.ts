import type { Arrival, RunPort } from "../ports/index.js";
import type { OpenCalls } from "./open-calls.js";

/** Of a run that is taken up: sets the deadlines of open questions, and answers those that are over. */
export function expiredQuestions({ calls }: { readonly calls: OpenCalls }, port: RunPort): Arrival[] {
  const at = port.now();
  const expired: Arrival[] = [];
  for (const { call, key, note } of calls.questions) {
    if (note.until === undefined) continue;
    if (note.until <= at) expired.push({ type: "expired", at, call, key });
    else port.setDeadline({ call, key, at: note.until });
  }
  return expired;
}
