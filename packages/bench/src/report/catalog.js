/** What each workload is, in words, and what its numbers are called. The main number is the one that is compared. */

/**
 * @typedef {object} Workload
 * @property {string} id
 * @property {string} title
 * @property {string} metric the field of a result that is the main number; less is better
 * @property {string} unit
 * @property {readonly (readonly [field: string, title: string])[]} columns further fields
 * @property {string} floor what the floor of the workload is
 */

/** The fastest run of a cell: what is left of it when nothing else disturbed. */
const best = /** @type {const} */ (["bestMicros", "best run"]);
const processorTime = /** @type {const} */ (["cpuMicros", "processor time"]);

/** @type {readonly Workload[]} */
export const catalog = [
  {
    id: "W1",
    title: "chain of 100 steps, in memory",
    metric: "micros",
    unit: "µs a step",
    columns: [best, processorTime],
    floor: "the functions awaited one after the other",
  },
  {
    id: "W2",
    title: "one step, 100 at once, a join, in memory",
    metric: "micros",
    unit: "µs a step",
    columns: [best, processorTime],
    floor: "Promise.all",
  },
  {
    id: "W3",
    title: "loop, in memory",
    metric: "micros",
    unit: "µs a turn",
    columns: [processorTime, ["growthMb", "memory growth, MB"], ["peakMb", "peak, MB"]],
    floor: "the function awaited in a loop",
  },
  {
    id: "W4",
    title: "chain of 100 steps, each durable before the next",
    metric: "micros",
    unit: "µs a step",
    columns: [
      best,
      processorTime,
      ["stepsPerSecond", "steps/s"],
      ["keptBytes", "bytes kept a step"],
      ["writtenBytes", "bytes written a step"],
    ],
    floor: "better-sqlite3: one upsert and one insert a step in one transaction",
  },
  {
    id: "W5",
    title: "1 MB of state, one field changed a step, durable",
    metric: "micros",
    unit: "µs a step",
    columns: [
      ["writtenBytes", "bytes written a step"],
      ["keptMb", "MB kept"],
    ],
    floor: "a patch made by hand, inserted with better-sqlite3",
  },
  {
    id: "W6",
    title: "1,000 runs of 10 steps at once",
    metric: "micros",
    unit: "µs a step",
    columns: [processorTime, ["runsPerSecond", "runs/s"], ["peakMb", "peak memory, MB"]],
    floor: "in memory Promise.all; durable better-sqlite3, the steps of one turn of the event loop in one transaction",
  },
  {
    id: "W7",
    title: "open a run with a history and go on with its next step",
    metric: "ms",
    unit: "ms",
    columns: [["doneMs", "ms to its end"]],
    floor: "the state read as one row",
  },
  {
    id: "W8",
    title: "process start to first result",
    metric: "ms",
    unit: "ms",
    columns: [],
    floor: "Node alone; with a database, Node and better-sqlite3",
  },
  {
    id: "W9",
    title: "define a flow of 1,000 steps, to what can run",
    metric: "ms",
    unit: "ms",
    columns: [["laterMs", "ms when repeated"]],
    floor: "a Map of functions",
  },
  {
    id: "W10",
    title: "type-check a class of 200 steps (tsc 6)",
    metric: "seconds",
    unit: "s of checking",
    columns: [["totalSeconds", "s in all"]],
    floor: "the class without decorators",
  },
  {
    id: "W11",
    title: "a step for each element of a list, 16 at once, results collected, in memory",
    metric: "micros",
    unit: "µs an element",
    columns: [processorTime, ["growthMb", "memory growth, MB"], ["peakMb", "peak, MB"]],
    floor: "16 loops that take elements from one list",
  },
  {
    id: "W12",
    title: "one step that does 100 things once each (`once`), each durable before the next",
    metric: "micros",
    unit: "µs a thing",
    columns: [best, processorTime, ["keptBytes", "bytes kept a thing"], ["writtenBytes", "bytes written a thing"]],
    floor: "in memory the functions awaited; durable better-sqlite3, one insert each",
  },
  {
    id: "W13",
    title: "a page of 100 from a list of many stored runs",
    metric: "micros",
    unit: "µs for the newest",
    columns: [
      ["failedMicros", "µs, those that failed"],
      ["deepMicros", "µs, from the middle"],
      ["keptMb", "MB kept"],
    ],
    floor: "better-sqlite3: one table, one index, the columns of a record",
  },
  {
    id: "W14",
    title: "a model that answers at once: its words heard, or its calls of a tool made, in memory",
    metric: "micros",
    unit: "µs a word or round",
    columns: [best, processorTime, ["peakMb", "peak, MB"]],
    floor: "the AI SDK alone: `streamText`, with its own loop of tools",
  },
];

export const workloadOf = (key) => {
  const id = key.slice(0, key.indexOf(":"));
  const workload = catalog.find((candidate) => candidate.id === id);
  if (workload === undefined) throw new Error(`${key} names no workload`);
  return workload;
};

/** "W4:NORMAL" → "NORMAL" */
export const caseOf = (key) => key.slice(key.indexOf(":") + 1);

/** The floor that a case is compared with: the floors' case of the same name, without what a comma sets apart. */
export const floorKeyOf = (key) => key.split(", ")[0];

/** A result's main number with its unit. */
export function main(key, result) {
  const { metric, unit } = workloadOf(key);
  return `${formatNumber(result[metric])} ${unit}`;
}

export function formatNumber(value) {
  if (value === undefined || value === null || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1_000) return Math.round(value).toLocaleString("en");
  if (size >= 100) return value.toFixed(0);
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}
