/** Time per step: a workload is repeated until V8 has compiled it, then measured run by run. */
import { median } from "./median.js";
import { sizes } from "./sizes.js";

export const now = () => performance.now();

/** Processor time of this process so far, all its threads, in µs. */
function cpuTime() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/**
 * Repeats `run` until the process has worked for `ms` milliseconds (a share of a busy processor warms nothing up), but not for
 * longer than four times that; answers how often.
 */
export async function warmUp(run, /** @type {number} */ ms = sizes.warmUpMs) {
  const begun = now();
  const cpuBefore = cpuTime();
  let runs = 0;
  do {
    await run();
    runs++;
  } while (cpuTime() - cpuBefore < ms * 1_000 && now() - begun < ms * 4);
  return runs;
}

/**
 * Repeats `run` for `ms` milliseconds, at least five times.
 * @param {() => unknown} run one run of `steps` steps
 * @param {number} steps
 * @param {number} [ms]
 * @returns µs per step: median and best run; processor time per step; how many runs were measured
 */
export async function measureRuns(run, steps, ms = sizes.measureMs) {
  const times = [];
  const end = now() + ms;
  const cpuBefore = cpuTime();
  while (times.length < 5 || now() < end) {
    const begun = now();
    await run();
    times.push(now() - begun);
  }
  const cpuMicros = (cpuTime() - cpuBefore) / times.length / steps;
  const perStep = (runMs) => (runMs * 1_000) / steps;
  return { micros: perStep(median(times)), bestMicros: perStep(Math.min(...times)), cpuMicros, runs: times.length };
}

/** One run, for work that is long or leaves something behind: µs and processor time per step, and ms in all. */
export async function measureOnce(run, steps) {
  const begun = now();
  const cpuBefore = cpuTime();
  await run();
  const ms = now() - begun;
  return { micros: (ms * 1000) / steps, cpuMicros: (cpuTime() - cpuBefore) / steps, ms };
}
