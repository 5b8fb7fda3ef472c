/**
 * News of children that no message tells: one that came to rest may have died before it could say so, and one that waits may have
 * what it waits for in its inbox, or its time may have come. Looked for when a run is taken up.
 */
import type { Arrival, FlowClock, FlowPersistence, RunRecord, WaitingFor } from "../ports/index.js";
import type { RunMachine } from "./run-machine.js";
import { firstTime } from "./waits-for.js";

interface Place {
  readonly persistence: FlowPersistence;
  readonly clock: FlowClock;
}

/** For each child that a call was left waiting for, and that has more to say. */
export async function newsOfChildren({ calls }: RunMachine, place: Place): Promise<readonly Arrival[]> {
  const news: Arrival[] = [];
  for (const { call, key, note } of calls.children) {
    if (!calls.isSuspended(call)) continue;
    const child = await place.persistence.get(note.run);
    if (!child || (await hasNews(child, place))) news.push({ type: "child", at: place.clock.now(), call, key });
  }
  return news;
}

/** Whether a run need not wait any more, or does not. */
export async function hasNews({ id, status, waitingFor = [], inboxRead }: RunRecord, place: Place): Promise<boolean> {
  const { persistence, clock } = place;
  if (status !== "waiting") return true;
  const waits = waitingFor as readonly WaitingFor[];
  if (firstTime(waits) <= clock.now()) return true;
  if ((await persistence.inbox(id, inboxRead)).length > 0) return true;
  for (const { kind, name } of waits) {
    const child = kind === "flow" ? await persistence.get(name) : undefined;
    if (child && (await hasNews(child, place))) return true;
  }
  return false;
}
