/** W4 and W6 with a store: a step is durable before the next one starts. */
import { expectEqual } from "../measure/checks.js";
import { withMemory } from "../measure/memory.js";
import { folderBytes, scratchFolder, writtenBytes } from "../measure/scratch.js";
import { sizes } from "../measure/sizes.js";
import { measureOnce, measureRuns, warmUp } from "../measure/timing.js";
import { runsPerSecond, startTogether } from "./in-memory.js";

/**
 * What a contender opens in a folder.
 * @typedef {object} Store
 * @property {(steps: number) => (id: string) => Promise<number>} chain makes runs that answer the final count
 * @property {() => unknown} settle moves everything into the place where it is kept (a checkpoint)
 * @property {(id: string) => MaybePromise<number>} [storedSteps] how many steps of the run are found in the store
 * @property {() => MaybePromise<number>} [keptBytes] default: the folder's size
 * @property {() => MaybePromise<number>} [writtenBytes] default: what the process handed to write()
 * @property {() => unknown} close
 */
/** @template T @typedef {T | Promise<T>} MaybePromise */
/** @typedef {"normal" | "full"} Durability survives the process / the power; for SQLite its `synchronous` */
/** @typedef {(folder: string, durability: Durability) => MaybePromise<Store>} OpenStore */

/** @param {OpenStore} open @param {Durability} durability */
export const persistedChainCell = (open, durability) => async () => {
  const folder = scratchFolder("chain");
  const store = await open(folder, durability);
  const run = store.chain(sizes.chainSteps);
  let runs = 0;
  const checked = async () => expectEqual(await run(`run-${runs++}`), sizes.chainSteps, "count");
  await warmUp(checked);

  await store.settle();
  const before = await bytes(store, folder);
  const { runs: measured, ...times } = await measureRuns(checked, sizes.chainSteps, sizes.measureMs * 2);
  const written = (await bytes(store, folder)).written - before.written;
  await store.settle();
  const kept = (await bytes(store, folder)).kept - before.kept;

  if (store.storedSteps) await expectStored(store);
  await store.close();
  const steps = measured * sizes.chainSteps;
  return { ...times, stepsPerSecond: 1e6 / times.micros, keptBytes: kept / steps, writtenBytes: written / steps };
};

/** @param {Store} store */
async function expectStored(store) {
  const stored = (await store.storedSteps?.("run-0")) ?? 0;
  if (stored < sizes.chainSteps) throw new Error(`wrong result: ${stored} steps of run-0 in the store`);
}

/** @param {Store} store @param {string} folder */
async function bytes(store, folder) {
  return {
    kept: await (store.keptBytes?.() ?? folderBytes(folder)),
    written: await (store.writtenBytes?.() ?? writtenBytes()),
  };
}

/** @param {OpenStore} open @param {Durability} durability */
export const manyPersistedRunsCell = (open, durability) => async () => {
  const store = await open(scratchFolder("many"), durability);
  const run = store.chain(sizes.stepsPerRun);
  await startTogether(run, "warm-up", sizes.warmUpRuns);
  const result = await withMemory(async () =>
    runsPerSecond(await measureOnce(() => startTogether(run, "run", sizes.manyRuns), 1)),
  );
  await store.close();
  return result;
};
