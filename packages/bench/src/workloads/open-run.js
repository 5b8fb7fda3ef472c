/**
 * W7: a run with a long history, whose process went away before its last step, is opened in a fresh process and goes on. The
 * time is from opening the store to the first line of that step; loading the code of the contender is not in it (W8 is).
 */
import { cpSync } from "node:fs";
import { expectEqual } from "../measure/checks.js";
import { scratchFolder } from "../measure/scratch.js";
import { now } from "../measure/timing.js";

/**
 * @typedef {object} OpenRun
 * @property {(folder: string, steps: number) => unknown} prepare leaves a run that has done so many steps and one to do
 * @property {(folder: string, steps: number, reached: () => void) => Promise<number>} goOn opens it and does the last step,
 *   which calls `reached` first; answers the final count
 * @property {() => unknown} [warm] loads what is loaded lazily (a native module)
 */

/** @param {OpenRun} contender @param {number} steps */
export const openRunCell = ({ prepare, goOn, warm }, steps) => ({
  prepare: (folder) => prepare(folder, steps),
  measure: async (prepared) => {
    const folder = scratchFolder("open-run");
    cpSync(prepared, folder, { recursive: true });
    await warm?.();
    let reachedAt = Number.NaN;
    const begun = now();
    const count = await goOn(folder, steps, () => {
      reachedAt = now();
    });
    const doneMs = now() - begun;
    expectEqual(count, steps + 1, "count");
    return { ms: reachedAt - begun, doneMs };
  },
});
