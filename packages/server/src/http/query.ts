/** Query parameters, read strictly: what is not known there, or can't be, is said. */
import { durationMs, FlowError, nearest } from "millrace";
import { invalidRequest, type ServerContext } from "./server-context.js";

/**
 * The parameters by name; one that is given several times counts as a list with commas.
 * @throws {FlowError} SERVER_REQUEST_INVALID – one that is not known
 */
export function queryOf<N extends string>(context: ServerContext, known: readonly N[]): Partial<Record<N, string>> {
  const given = context.req.queries();
  for (const name of Object.keys(given)) {
    if ((known as readonly string[]).includes(name)) continue;
    const meant = nearest(name, known);
    throw invalidRequest(
      `There is no parameter "${name.slice(0, 100)}" here.`,
      meant === undefined ? `There are: ${known.join(", ") || "none"}.` : `Did you mean "${meant}"?`,
    );
  }
  return Object.fromEntries(Object.entries(given).map(([name, values]) => [name, values.join(",")])) as never;
}

/** @throws {FlowError} SERVER_REQUEST_INVALID – it is no whole number in between */
export function wholeNumber(
  text: string | undefined,
  { name, least, most }: { readonly name: string; readonly least: number; readonly most: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw invalidRequest(`"${name}" is no whole number from ${least} to ${most}.`, "Correct it, or leave it away.");
}

/**
 * A moment, in ms since the epoch: given so, or as ISO text.
 * @throws {FlowError} SERVER_REQUEST_INVALID
 */
export function moment(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isNaN(value)) return value;
  throw invalidRequest(`"${name}" is no moment.`, "Write it as in 2026-01-31T12:00:00Z, or in ms since the epoch.");
}

/**
 * How long a request wants to wait, in ms: `?wait=30` in seconds, `?wait=2m`, or `Prefer: wait=30`; never longer than the limit.
 * @throws {FlowError} SERVER_REQUEST_INVALID – it is no duration
 */
export function waitOf(context: ServerContext, longestMs: number): number {
  const preferred = /(?:^|[,;\s])wait=(\d{1,9})(?:$|[,;\s])/.exec(context.req.header("prefer") ?? "")?.[1];
  const given = context.req.query("wait") ?? preferred;
  if (given === undefined) return 0;
  const wanted = /^\d{1,9}(?:\.\d{1,3})?$/.test(given) ? Number(given) * 1000 : duration(given);
  return Math.min(wanted, longestMs);
}

function duration(given: string): number {
  try {
    return durationMs(given as "1s");
  } catch (error) {
    if (!FlowError.is(error)) throw error;
    throw invalidRequest(`"wait" is no duration: ${given.slice(0, 100)}`, "Give seconds, as in ?wait=30, or ?wait=2m.");
  }
}
