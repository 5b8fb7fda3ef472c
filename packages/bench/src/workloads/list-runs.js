/** W13: pages of a list of stored runs: the newest, those that failed, and one from the middle. */
import { expectEqual } from "../measure/checks.js";
import { folderBytes } from "../measure/scratch.js";
import { sizes } from "../measure/sizes.js";
import { measureRuns, warmUp } from "../measure/timing.js";

/**
 * A stored run by its number: one in a hundred has failed, the others have completed, one each ms.
 * @param {number} number from 0
 */
export const storedRun = (number) => ({
  id: `run-${String(number).padStart(8, "0")}`,
  status: number % 100 === 7 ? /** @type {const} */ ("failed") : /** @type {const} */ ("completed"),
  createdAt: 1_763_716_000_000 + number,
});

/** @typedef {{ status?: "failed", before?: number }} PageQuery `before`: created before, ms since the epoch */
/**
 * @typedef {object} ListRuns
 * @property {(folder: string, runs: number) => unknown} prepare stores so many runs
 * @property {(folder: string) => { page: (query: PageQuery) => Promise<readonly string[]>, close: () => unknown }} open `page`
 *   answers the ids of the newest runs of the flow that fit
 */

/** @param {ListRuns} contender @param {number} runs */
export const listRunsCell = ({ prepare, open }, runs) => ({
  prepare: (folder) => prepare(folder, runs),
  measure: async (folder) => {
    const { page, close } = open(folder);
    const middle = runs / 2;
    const pages = {
      newest: () => expectPage(page({}), runs - 1, runs - sizes.pageSize),
      failed: () => expectPage(page({ status: "failed" }), runs - 93, runs - 93 - 100 * (sizes.pageSize - 1)),
      deep: () => expectPage(page({ before: storedRun(middle).createdAt }), middle - 1, middle - sizes.pageSize),
    };
    const micros = {};
    for (const [name, read] of Object.entries(pages)) {
      await warmUp(read, sizes.warmUpMs / 3);
      micros[name] = (await measureRuns(read, 1, sizes.measureMs / 2)).micros;
    }
    const keptMb = folderBytes(folder) / 1024 / 1024;
    await close();
    return { micros: micros.newest, failedMicros: micros.failed, deepMicros: micros.deep, keptMb };
  },
});

/** @param {Promise<readonly string[]>} page @param {number} first @param {number} last */
async function expectPage(page, first, last) {
  const ids = await page;
  expectEqual(ids.length, sizes.pageSize, "length of the page");
  expectEqual(ids[0], storedRun(first).id, "first of the page");
  expectEqual(ids.at(-1), storedRun(last).id, "last of the page");
}
