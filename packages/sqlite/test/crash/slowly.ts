import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/**
 * What a step does that takes its time: until the file `SLOW_UNTIL` is there, so that a test says what happens meanwhile, else for
 * `SLOW_MS`. The file's folder is gone when the tests are: nobody waits any longer then.
 */
export async function slowly(ms: number): Promise<void> {
  const gate = process.env.SLOW_UNTIL;
  if (gate === undefined) return pause(Number(process.env.SLOW_MS ?? ms));
  while (!existsSync(gate) && existsSync(dirname(gate))) await pause(5);
}
