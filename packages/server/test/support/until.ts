import { setTimeout as pause } from "node:timers/promises";

/** Long enough for a machine that is slow and busy: who waits in vain has found what never comes. */
const longestMs = 60_000;

/** Waits until it holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + longestMs; !(await holds()); await pause(10))
    if (Date.now() > end) throw new Error("it does not come");
}
