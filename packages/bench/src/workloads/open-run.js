/**
 * W7: a run with a long history, whose process went away before its last step, is opened in a fresh process and goes on. The
 * time is from opening the store to the first line of that step; loading the contender's code and defining the flow, which a
 * process does once, are not in it (W8 and W9 are).
 */
import { cpSync } from "node:fs";
import { expectEqual } from "../measure/checks.js";
import { scratchFolder } from "../measure/scratch.js";
import { now } from "../measure/timing.js";

/**
 * @typedef {object} OpenRun
 * @property {(folder: string, steps: number) => unknown} prepare leaves a run that has done so many steps and one to do
 * @property {(steps: number, reached: () => void) => (folder: string) => Promise<number>} define defines the flow, whose last
 *   step calls `reached` first; what it answers opens the run in a folder and does that step; answers the final count
 * @property {() => unknown} [warm] loads what is loaded lazily (a native module)
 */

/** @param {OpenRun} contender @param {number} steps */
export const openRunCell = ({ prepare, define, warm }, steps) => ({
  prepare: (folder) => prepare(folder, steps),
  measure: async (prepared) => {
    const folder = scratchFolder("open-run");
    cpSync(prepared, folder, { recursive: true });
    await warm?.();
    let reachedAt = Number.NaN;
    const goOn = define(steps, () => {
      reachedAt = now();
    });
    const begun = now();
    const count = await goOn(folder);
    const doneMs = now() - begun;
    expectEqual(count, steps + 1, "count");
    return { ms: reachedAt - begun, doneMs };
  },
});
