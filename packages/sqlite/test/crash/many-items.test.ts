/** Runs are killed in the middle of a list: no element that has committed is called again, and all are collected. */
import { expect } from "vitest";
import { crashLab } from "./harness.js";
import { pileSize } from "./pile.js";
import { survivesKills } from "./survives-kills.js";

const indexes = Array.from({ length: pileSize }, (_, n) => n).filter((n) => n % 20 !== 7);

survivesKills(crashLab(), {
  flow: "Pile",
  steps: ["take"],
  lives: [1, 2, 3, 11, 29, 17],
  rounds: 3,
  within: [120, 300],
  whole({ result }, _file, keys) {
    const state = { total: indexes.reduce((sum, n) => sum + n, 0), heard: indexes.length };
    expect(result).toMatchObject({ status: "completed", output: indexes, state });
    expect(keys.length).toBe(indexes.length);
  },
});
