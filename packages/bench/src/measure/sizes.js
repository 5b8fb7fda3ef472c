/**
 * How much work each workload is. The same for every contender; `--quick` changes only how long a cell warms up and repeats.
 */
const quick = process.env.MILLRACE_BENCH_QUICK === "1";

/** Whether cells that take minutes to prepare take part. */
export const large = process.env.MILLRACE_BENCH_LARGE === "1";

export const sizes = Object.freeze({
  chainSteps: 100,
  fanOutWidth: 100,
  loopTurns: 10_000,
  shortLoopTurns: 1_000,
  longLoopTurns: 100_000,
  bigStateElements: 10_000,
  manyRuns: 1_000,
  stepsPerRun: 10,
  warmUpRuns: 100,
  history: 1_000,
  longHistory: 100_000,
  elements: 10_000,
  manyElements: 100_000,
  planSteps: 1_000,
  storedRuns: 100_000,
  manyStoredRuns: 1_000_000,
  pageSize: 100,
  typedSteps: 200,
  modelWords: 10_000,
  modelRounds: 250,
  /** Peers with much code need seconds until V8 has compiled what is hot. */
  warmUpMs: quick ? 400 : 1_500,
  measureMs: quick ? 300 : 700,
});
