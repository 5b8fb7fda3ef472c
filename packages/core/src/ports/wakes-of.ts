/** What of a run's waits a store has to know: when time moves it, and which other runs do. */
import type { WaitingFor } from "./waiting-for.js";

export interface Wakes {
  /** The first time in it, ms since the epoch; infinite: there is none. */
  readonly at: number;
  /** Ids of the runs that it has started and waits for. */
  readonly runs: readonly string[];
}

const none: Wakes = { at: Number.POSITIVE_INFINITY, runs: [] };

/** Of what `rest` was given as `waitingFor`. A store keeps that as it is, whatever it holds: what is no wait moves nothing. */
export function wakesOf(waitingFor: readonly unknown[] | undefined): Wakes {
  if (waitingFor === undefined || waitingFor.length === 0) return none;
  let at = Number.POSITIVE_INFINITY;
  const runs: string[] = [];
  for (const waited of waitingFor) {
    if (typeof waited !== "object" || waited === null) continue;
    const { kind, name, until } = waited as Partial<Extract<WaitingFor, { kind: "flow" }>>;
    if (typeof until === "number" && until < at) at = until;
    if (kind === "flow" && typeof name === "string") runs.push(name);
  }
  return { at, runs };
}
