/** Time per step: a workload is repeated until V8 has compiled it, then measured run by run. */
import { median } from "./median.js";
import { sizes } from "./sizes.js";

export const now = () => performance.now();

/** Processor time of this process so far, all its threads, in µs. */
function cpuTime() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Repeats `run` for `ms` milliseconds, at least once; answers how often. */
export async function warmUp(run, ms = sizes.warmUpMs) {
  const end = now() + ms;
  let runs = 0;
  do {
    await run();
    runs++;
  } while (now() < end);
  return runs;
}

/**
 * Repeats `run` for `ms` milliseconds, at least five times.
 * @param {() => unknown} run one run of `steps` steps
 * @param {number} steps
 * @param {number} [ms]
 * @returns median µs per step, processor time per step (which other processes disturb less), and how many runs were measured
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
  return { micros: (median(times) * 1000) / steps, cpuMicros, runs: times.length };
}

/** One run, for work that is long or leaves something behind: µs and processor time per step, and ms in all. */
export async function measureOnce(run, steps) {
  const begun = now();
  const cpuBefore = cpuTime();
  await run();
  const ms = now() - begun;
  return { micros: (ms * 1000) / steps, cpuMicros: (cpuTime() - cpuBefore) / steps, ms };
}
