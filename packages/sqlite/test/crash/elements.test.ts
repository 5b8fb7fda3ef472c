/** Runs are killed with elements between steps: each is done once in every step, and all stand where they belong. */
import { expect } from "vitest";
import { crashLab, entriesIn } from "./harness.js";
import { stagesSize } from "./stages.js";
import { survivesKills } from "./survives-kills.js";

const ends = Array.from({ length: stagesSize }, (_, n) => {
  if (n % 20 === 9) return "failed";
  return n % 20 === 7 ? "skipped" : n * 3;
});
const through = Array.from({ length: stagesSize }, (_, n) => n).filter((n) => n % 20 !== 9 && n % 20 !== 7);

survivesKills(crashLab(), {
  flow: "Stages",
  steps: ["fetch", "parse", "store", "post"],
  lives: [1, 2, 3, 7, 19, 4, 11, 2],
  rounds: 2,
  within: [100, 250],
  async whole({ result }, file, keys) {
    expect(result).toMatchObject({
      status: "completed",
      state: { stored: through.reduce((sum, n) => sum + 2 * n, through.length) },
    });
    const all = (await entriesIn(file)).flatMap((entry) =>
      entry.type === "completed" && entry.step === "all" ? [entry.output] : [],
    );
    expect(all).toEqual([ends]);
    expect(keys.length).toBe(stagesSize - stagesSize / 20 + through.length * 2 + Math.ceil(through.length / 4));
  },
});
