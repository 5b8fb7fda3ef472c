import type { JournalPosition } from "millrace";
import { invalidRequest } from "../http/index.js";

/**
 * `12`, `"write"` or `"write#2"`: after which entry of the journal, or after which call of a step.
 * @throws {FlowError} SERVER_REQUEST_INVALID – it is none of these
 */
export function positionOf(given: unknown): JournalPosition | undefined {
  if (given === undefined) return undefined;
  if (typeof given === "number" || (typeof given === "string" && /^\d{1,15}$/.test(given))) return Number(given);
  const [, step, number] = (typeof given === "string" && /^([^#]{1,200})(?:#([1-9]\d{0,14}))?$/.exec(given)) || [];
  if (step !== undefined) return { step, ...(number !== undefined && { number: Number(number) }) };
  throw invalidRequest('"at" is no position of a run.', "Give the number of an entry, or a step: 12, write, write#2.");
}
