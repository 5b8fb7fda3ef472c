/**
 * What Millrace sets out to reach. Times hold for the machine on which they were set; on another one (or a busy one) the floors
 * tell how much slower it is, and a bar that is missed there by less than that is called so.
 */
import { formatNumber } from "./catalog.js";

/** The floors on that machine, in the units of their workloads. */
const referenceFloors = {
  "W1:memory": 0.33,
  "W2:memory": 0.1,
  "W3:10,000 turns": 0.49,
  "W4:NORMAL": 1e6 / 57_528,
  "W4:FULL": 1e6 / 6_609,
  "W5:element": 39,
  "W6:NORMAL": 1e6 / 215_520,
  "W7:1,000 entries": 1.3,
  "W8:start": 68,
  "W8:start with a database": 81,
  "W9:1,000 steps": 1.2,
};

/** How many times slower the floor under this key is now than it was there; undefined when it was not measured. */
function slowdown(results, key) {
  const reference = referenceFloors[key];
  if (reference === undefined) return undefined;
  const now = results.spread("floor", key)?.median;
  return now === undefined ? undefined : now / reference;
}

const median = (spread) => spread?.median;

/**
 * @typedef {object} Bar
 * @property {string} text
 * @property {string} unit
 * @property {number} limit
 * @property {boolean} [atLeast] the limit is a lower one
 * @property {string} [pace] the floor that tells how slow the machine is; absent for ratios, sizes and counts
 * @property {(results: import("./statistics.js").Results) => number | undefined} measure
 */

const time = (key, { text, limit, unit, pace = key }) => ({
  text,
  limit,
  unit,
  pace,
  measure: (results) => median(results.spread("millrace", key)),
});
const timesFloor = (key, { text, limit }) => ({
  text,
  limit,
  unit: "× the floor",
  measure: (results) => median(results.ratioToFloor("millrace", key)),
});
const field = (key, name, { text, limit, unit, atLeast = false, pace = "" }) => ({
  text,
  limit,
  unit,
  atLeast,
  pace,
  measure: (results) => median(results.spread("millrace", key, name)),
});

const peerNames = ["xstate", "llamaindex", "langgraph", "mastra", "dbos"];
const aheadOfPeers = (key, text) => ({
  text,
  limit: 4,
  unit: "× ahead",
  atLeast: true,
  measure(results) {
    const ratios = peerNames.map((peer) => median(results.ratio([peer, key], ["millrace", key])));
    const known = ratios.filter((ratio) => ratio !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  },
});

/** @type {readonly Bar[]} */
export const bars = [
  time("W1:memory", { text: "chain, in memory", limit: 4, unit: "µs a step" }),
  time("W2:memory", { text: "fan-out and join, in memory", limit: 4, unit: "µs a step" }),
  time("W3:10,000 turns", { text: "loop, in memory", limit: 4, unit: "µs a turn" }),
  aheadOfPeers("W1:memory", "chain: ahead of the fastest peer"),
  aheadOfPeers("W2:memory", "fan-out: ahead of the fastest peer"),
  aheadOfPeers("W3:10,000 turns", "loop: ahead of the fastest peer"),
  {
    text: "a turn of 100,000 costs what a turn of 1,000 does",
    limit: 1.15,
    unit: "× as much",
    measure: (results) => median(results.ratio(["millrace", "W3:100,000 turns"], ["millrace", "W3:1,000 turns"])),
  },
  field("W3:100,000 turns", "growthMb", { text: "memory growth over 100,000 turns", limit: 10, unit: "MB" }),
  timesFloor("W4:NORMAL", { text: "persisted chain, NORMAL", limit: 1.3 }),
  timesFloor("W4:FULL", { text: "persisted chain, FULL", limit: 1.15 }),
  field("W6:NORMAL", "runsPerSecond", {
    text: "1,000 persisted runs at once, NORMAL",
    limit: 8_000,
    unit: "runs/s",
    atLeast: true,
    pace: "W6:NORMAL",
  }),
  timesFloor("W6:NORMAL", { text: "the same against grouped raw SQLite", limit: 2.7 }),
  field("W6:FULL", "runsPerSecond", {
    text: "1,000 persisted runs at once, FULL",
    limit: 8_000,
    unit: "runs/s",
    atLeast: true,
    pace: "W6:NORMAL",
  }),
  timesFloor("W6:FULL", { text: "the same against grouped raw SQLite", limit: 2.7 }),
  field("W6:NORMAL", "peakMb", { text: "peak memory of 1,000 persisted runs", limit: 100, unit: "MB" }),
  time("W5:outside", {
    text: "1 MB state, a field outside the array",
    limit: 40,
    unit: "µs a step",
    pace: "W5:element",
  }),
  time("W5:element", { text: "1 MB state, a field inside an element", limit: 250, unit: "µs a step" }),
  {
    text: "1 MB state: bytes written grow with the change",
    limit: 2,
    unit: "× a patch by hand",
    measure(results) {
      const [written, floor] = ["millrace", "floor"].map((who) =>
        median(results.spread(who, "W5:element", "writtenBytes")),
      );
      return written === undefined || floor === undefined ? undefined : written / floor;
    },
  },
  time("W7:1,000 entries", { text: "open a run of 1,000 entries and go on", limit: 5, unit: "ms" }),
  time("W7:100,000 entries", {
    text: "open a run of 100,000 entries and go on",
    limit: 20,
    unit: "ms",
    pace: "W7:1,000 entries",
  }),
  time("W8:start", { text: "start to first result, with a zod state", limit: 110, unit: "ms" }),
  time("W8:start with a database", { text: "start to first result, with SQLite", limit: 130, unit: "ms" }),
  time("W9:1,000 steps", { text: "plan of 1,000 steps", limit: 10, unit: "ms" }),
];

/** @returns {readonly [bar: string, limit: string, measured: string, verdict: string][]} */
export function judgeBars(results) {
  return bars.flatMap((bar) => {
    const value = bar.measure(results);
    if (value === undefined) return [];
    const limit = `${bar.atLeast ? "≥" : "≤"} ${formatNumber(bar.limit)} ${bar.unit}`;
    return [[bar.text, limit, formatNumber(value), verdict(bar, value, slowdown(results, bar.pace))]];
  });
}

/** @param {Bar} bar @param {number} value @param {number} [slower] */
function verdict({ limit, atLeast = false }, value, slower) {
  const excess = atLeast ? limit / value : value / limit;
  if (excess <= 1) return "reached";
  const missed = `missed by ${formatNumber((excess - 1) * 100)} %`;
  if (slower === undefined || slower <= 1) return missed;
  const allowed =
    excess / slower <= 1 ? "reached in proportion" : `by ${formatNumber((excess / slower - 1) * 100)} % in proportion`;
  return `${missed}; the floor is ×${formatNumber(slower)} slower here: ${allowed}`;
}
