/** W1, W2, W3, W6, W9 and W11 without a store. A step changes a small state or answers a number; nothing else happens in it. */
import { expectEqual } from "../measure/checks.js";
import { withMemory } from "../measure/memory.js";
import { sizes } from "../measure/sizes.js";
import { measureOnce, measureRuns, now, warmUp } from "../measure/timing.js";

/** What a step of a chain leaves in the state. */
export const smallState = Object.freeze({ count: 0, last: "" });

/**
 * W1: steps one after the other.
 * @param {(steps: number) => () => Promise<number>} chain makes a run that answers the final count
 */
export const chainCell = (chain) => async () => {
  const run = chain(sizes.chainSteps);
  const checked = async () => expectEqual(await run(), sizes.chainSteps, "count");
  await warmUp(checked);
  return measureRuns(checked, sizes.chainSteps);
};

/**
 * W2: one step, then many at once that each bring their index, then one that has waited for all.
 * @param {(width: number) => () => Promise<number>} fanOut makes a run that answers the sum of the indexes
 */
export const fanOutCell = (fanOut) => async () => {
  const run = fanOut(sizes.fanOutWidth);
  const sum = (sizes.fanOutWidth * (sizes.fanOutWidth - 1)) / 2;
  const checked = async () => expectEqual(await run(), sum, "sum");
  await warmUp(checked);
  return measureRuns(checked, sizes.fanOutWidth + 2);
};

/**
 * W3: one step again and again until the state says enough. Warmed up with short loops, measured once, with its memory.
 * @param {(turns: number) => () => Promise<number>} loop makes a run that answers the final count
 * @param {number} [turns]
 */
export const loopCell =
  (loop, turns = sizes.loopTurns) =>
  async () => {
    const short = loop(sizes.shortLoopTurns);
    await warmUp(short);
    const run = loop(turns);
    return withMemory(() => measureOnce(async () => expectEqual(await run(), turns, "count"), turns));
  };

/**
 * W11: one function for each element of a list, so many at once; then all results together. Warmed up with short lists,
 * measured once, with its memory.
 * @param {(count: number) => () => Promise<number>} elements makes a run that answers the sum of the results
 * @param {number} count
 */
export const elementsCell = (elements, count) => async () => {
  const short = elements(sizes.shortLoopTurns);
  await warmUp(short);
  const run = elements(count);
  const sum = (count * (count - 1)) / 2;
  return withMemory(() => measureOnce(async () => expectEqual(await run(), sum, "sum"), count));
};

/** How many elements are worked on at once. */
export const atOnce = 16;

/** W3 again, for the question whether a turn of a short loop costs the same as one of a long loop: short loops, repeated. */
export const shortLoopCell = (loop) => async () => {
  const run = loop(sizes.shortLoopTurns);
  const checked = async () => expectEqual(await run(), sizes.shortLoopTurns, "count");
  await warmUp(checked);
  return measureRuns(checked, sizes.shortLoopTurns);
};

/**
 * W6: many short runs at once.
 * @param {(steps: number) => (id: string) => Promise<number>} chain
 */
export const manyRunsCell = (chain) => async () => {
  const run = chain(sizes.stepsPerRun);
  await startTogether(run, "warm-up", sizes.warmUpRuns);
  return withMemory(async () => runsPerSecond(await measureOnce(() => startTogether(run, "run", sizes.manyRuns), 1)));
};

/** @param {(id: string) => Promise<number>} run */
export async function startTogether(run, prefix, runs) {
  const counts = await Promise.all(Array.from({ length: runs }, (_, index) => run(`${prefix}-${index}`)));
  for (const count of counts) expectEqual(count, sizes.stepsPerRun, "count");
}

/** @param {{ ms: number, cpuMicros: number }} measured all runs together */
export const runsPerSecond = ({ ms, cpuMicros }) => ({
  micros: (ms * 1000) / (sizes.manyRuns * sizes.stepsPerRun),
  cpuMicros: cpuMicros / (sizes.manyRuns * sizes.stepsPerRun),
  runsPerSecond: sizes.manyRuns / (ms / 1000),
});

/**
 * W9: a long chain from its definition to something that can run. The first time counts; later ones are a side note.
 * @param {(steps: number) => unknown} define
 */
export const planCell = (define) => preparedPlanCell((steps) => () => define(steps));

/**
 * The same for a contender whose steps stand in source text: what `prepare` does is loading that text and does not count.
 * @param {(steps: number) => () => unknown} prepare
 */
export const preparedPlanCell = (prepare) => () => {
  const times = [];
  for (let round = 0; round < 6; round++) {
    const define = prepare(sizes.planSteps);
    const begun = now();
    define();
    times.push(now() - begun);
  }
  return { ms: times[0], laterMs: Math.min(...times.slice(1)) };
};
