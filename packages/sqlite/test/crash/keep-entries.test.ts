/** A run whose old entries are dropped as it goes survives its process at any write. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SqlitePersistence } from "../../src/index.js";
import { crashLab, keysIn } from "./harness.js";
import { Pages, turns } from "./pages.js";

let lab: Awaited<ReturnType<typeof crashLab>>;
beforeAll(async () => {
  lab = await crashLab();
});
afterAll(() => lab.close());

/** What is stored of the run: the seqs of its entries, and the keys of the calls that have committed. */
async function stored(file: string): Promise<{ seqs: number[]; keys: readonly string[] }> {
  const persistence = new SqlitePersistence(file);
  try {
    if (!(await persistence.get("run"))) return { seqs: [], keys: [] };
    const seqs = persistence.history("run").map(({ seq }) => seq);
    return { seqs, keys: (await new Pages({ persistence }).runs.stateAt("run")).keys };
  } finally {
    await persistence.close();
  }
}

test("killed before and after every write, with only two entries kept behind a snapshot", {
  timeout: 300_000,
}, async () => {
  let shortened = 0;
  for (let write = 1; ; write++) {
    let through = 0;
    for (const when of ["before", "after"]) {
      const file = join(lab.folder, `pages-${when}-${write}.db`);
      const env = { CALL_LOG: `${file}.log`, KEEP_ENTRIES: "2" };
      const { killed } = await lab.start(["Pages", "go", file, "run"], { ...env, KILL_AT: `${when}:${write}` }).answer;
      if (!killed) through++;
      const { seqs, keys } = await stored(file);
      // without gaps, whatever is left of them
      expect(seqs).toEqual(seqs.map((_, i) => seqs[0]! + i));
      if (killed && seqs[0]! > 1) shortened++;
      const before = keysIn(env.CALL_LOG).length;
      const { result, error } = await lab.start(["Pages", "go", file, "run"], env).answer;
      expect(error).toBeUndefined();
      expect(result).toMatchObject({ status: "completed", output: turns });
      expect(result.state.page).toBe(`${turns} `.repeat(6_000));
      expect(new Set(result.state.keys).size).toBe(2 * turns + 2);
      expect(result.state.keys).toHaveLength(2 * turns + 2);
      const again = keysIn(env.CALL_LOG).slice(before);
      expect(again.filter((key) => keys.includes(key))).toEqual([]);
      expect((await stored(file)).seqs[0]).toBeGreaterThan(4);
    }
    if (through === 2) break;
    expect(write).toBeLessThan(60);
  }
  // it was killed with a journal that had been shortened, and not only at its beginning
  expect(shortened).toBeGreaterThan(10);
});
