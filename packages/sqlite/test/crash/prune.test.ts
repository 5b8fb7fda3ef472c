import { copyFileSync } from "node:fs";
import Database from "better-sqlite3";
import { beforeAll, expect, test } from "vitest";
import { SqlitePersistence } from "../../src/index.js";
import { Gate, Millwheel } from "./flows.js";
import { atEveryWrite, crashLab } from "./harness.js";

const { start, place } = crashLab();
/** Four runs that have completed, the last of them long, and one that waits. */
let filled: string;
beforeAll(async () => {
  filled = place("filled");
  const persistence = new SqlitePersistence(filled);
  await new Gate({ persistence }).kickoff({}, { id: "waits" });
  for (let i = 0; i < 4; i++) await new Millwheel({ persistence }).kickoff({}, { id: `run-${i}` });
  const claim = persistence.create({
    id: "long",
    flow: "Millwheel",
    version: null,
    planHash: "other",
    createdAt: 1,
    owner: { id: "x" },
    rows: [],
  });
  const rows = Array.from({ length: 2000 }, (_, i) => ({ seq: i + 1, entry: { type: "resumed", at: i } }) as const);
  await persistence.rest(await claim, { rows }, { status: "cancelled" });
  persistence.close();
});

/** How many entries each stored run has; each is whole. */
function wholeRuns(store: SqlitePersistence): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { id, position } of store.list({}).runs) {
    const kept = store.history(id);
    expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, i) => position - kept.length + 1 + i));
    expect(store.load(id)?.record.id).toBe(id);
    sizes.set(id, kept.length);
  }
  return sizes;
}

function leftovers(file: string): unknown {
  const db = new Database(file);
  try {
    return {
      orphans: db.prepare("SELECT count(*) FROM journal WHERE id >> 32 NOT IN (SELECT key FROM run)").pluck().get(),
      removed: db.prepare("SELECT count(*) FROM removed").pluck().get(),
      free: db.pragma("freelist_count", { simple: true }),
    };
  } finally {
    db.close();
  }
}

const left = {
  runs: { sizes: { "run-3": "all", "run-2": "all", waits: "all" }, resumed: "run-2" },
  results: {
    sizes: { "run-3": "all", "run-2": "all", "run-1": 1, "run-0": 1, long: "all", waits: "all" },
    resumed: "run-0",
  },
} as const;

test.each(["runs", "results"] as const)(
  "killed before and after every step of pruning %s, the next one ends it",
  {
    timeout: 300_000,
  },
  async (what) => {
    await atEveryWrite(30, async (KILL_AT) => {
      const file = place();
      copyFileSync(filled, file);
      const { killed } = await start(["Millwheel", "prune", file, what, "2"], { KILL_AT }).answer;
      const persistence = new SqlitePersistence(file);
      wholeRuns(persistence);
      const flow = new Millwheel({ persistence });
      await flow.runs.prune({ keep: 2, keepResults: what === "results" });
      const sizes = Object.fromEntries(
        Array.from(wholeRuns(persistence), ([id, size]) => [id, size === 1 ? 1 : "all"]),
      );
      expect(sizes).toEqual(left[what].sizes);
      const { state, output } = await flow.resume(left[what].resumed);
      expect({ state, output }).toMatchObject({ output: { rounds: 4, total: 50 }, state: { rounds: 4, total: 50 } });
      persistence.close();
      expect(leftovers(file)).toEqual({ orphans: 0, removed: 0, free: 0 });
      return killed;
    });
  },
);
