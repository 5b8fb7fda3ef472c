/** A run whose old entries are dropped as it goes survives its process at any write. */
import { expect, test } from "vitest";
import { atEveryWrite, crashLab, noneAgain, reading } from "./harness.js";
import { Pages, turns } from "./pages.js";

const { start, heir, place } = crashLab();

/** What is stored of the run: the seqs of its entries, and the keys of the calls that have committed. */
function stored(file: string): Promise<{ seqs: number[]; keys: readonly string[] }> {
  return reading(file, async (persistence) => {
    if (!persistence.get("run")) return { seqs: [], keys: [] };
    const seqs = persistence.history("run").map(({ seq }) => seq);
    return { seqs, keys: (await new Pages({ persistence }).runs.stateAt("run")).keys };
  });
}

test("killed before and after every write, with only two entries kept behind a snapshot", {
  timeout: 900_000,
}, async () => {
  let kills = 0;
  let shortened = 0;
  await atEveryWrite(60, async (KILL_AT) => {
    const file = place();
    const env = { CALL_LOG: place("log"), KEEP_ENTRIES: "2" };
    const { killed } = await start(["Pages", "go", file, "run"], { ...env, KILL_AT }).answer;
    const { seqs, keys } = await stored(file);
    // without gaps, whatever is left of them
    expect(seqs).toEqual(seqs.map((_, i) => seqs[0]! + i));
    if (killed) kills++;
    if (killed && seqs[0]! > 1) shortened++;
    const { result, error } = await noneAgain(env.CALL_LOG, keys, () => heir(["Pages", "go", file, "run"], env));
    expect(error).toBeUndefined();
    expect(result).toMatchObject({ status: "completed", output: turns });
    expect(result.state.page).toBe(`${turns} `.repeat(6_000));
    expect(new Set(result.state.keys).size).toBe(2 * turns + 2);
    expect(result.state.keys).toHaveLength(2 * turns + 2);
    expect((await stored(file)).seqs[0]).toBeGreaterThan(4);
    return killed;
  });
  // it was killed with a journal that had been shortened, and not only at its beginning
  expect(shortened / kills).toBeGreaterThan(0.5);
});
