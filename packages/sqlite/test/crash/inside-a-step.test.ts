/** What a step has noted down inside itself survives its process. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SqlitePersistence } from "../../src/index.js";
import { crashLab, keysIn } from "./harness.js";

let lab: Awaited<ReturnType<typeof crashLab>>;
beforeAll(async () => {
  lab = await crashLab();
});
afterAll(() => lab.close());

test("killed at every write while people are asked and answer: asked once, answered once", {
  timeout: 300_000,
}, async () => {
  const answers = JSON.stringify({ "name?": "Ada", "city?": "London" });
  for (let write = 1; ; write++) {
    let through = 0;
    for (const when of ["before", "after"]) {
      const file = join(lab.folder, `interview-${when}-${write}.db`);
      const log = `${file}.log`;
      const mortal = { CALL_LOG: log, KILL_AT: `${when}:${write}` };
      const asked = await lab.start(["Interview", "go", file, "run"], mortal).answer;
      await lab.start(["Interview", "go", file, "run"], { CALL_LOG: log }).answer;
      const answered = await lab.start(["Interview", "answer", file, "run", answers], mortal).answer;
      if (!asked.killed && !answered.killed) through++;
      const done = await noted(file);
      const before = keysIn(log).length;
      const { result, error } = await lab.start(["Interview", "answer", file, "run", answers], { CALL_LOG: log })
        .answer;
      expect(error).toBeUndefined();
      expect(result).toMatchObject({
        status: "completed",
        output: "Ada in London",
        state: { said: ["Ada", "London"] },
      });
      expect(
        keysIn(log)
          .slice(before)
          .filter((key) => done.includes(key)),
      ).toEqual([]);
    }
    if (through === 2) break;
    expect(write).toBeLessThan(30);
  }
});

/** Keys of the `once` results in the journal. */
async function noted(file: string): Promise<string[]> {
  const persistence = new SqlitePersistence(file);
  try {
    if (!(await persistence.get("run"))) return [];
    const rows = await persistence.history("run");
    return rows.flatMap(({ entry }) => (entry.type === "once" ? [entry.key] : []));
  } finally {
    await persistence.close();
  }
}

test.each([
  ["go", "2"],
  // leaves the process whenever it sleeps
  ["nap", "30"],
])(
  "%s, killed before and after every write: what was done once is not done again",
  {
    timeout: 300_000,
  },
  async (verb, SLEEP_MS) => {
    for (let write = 1; ; write++) {
      let through = 0;
      for (const when of ["before", "after"]) {
        const file = join(lab.folder, `${verb}-${when}-${write}.db`);
        const log = `${file}.log`;
        const env = { CALL_LOG: log, SLEEP_MS };
        const { killed } = await lab.start(["Errands", verb, file, "run"], { ...env, KILL_AT: `${when}:${write}` })
          .answer;
        if (!killed) through++;
        const before = keysIn(log).length;
        const done = await noted(file);
        const { result, error } = await lab.start(["Errands", verb, file, "run"], env).answer;
        expect(error).toBeUndefined();
        expect(result).toMatchObject({ status: "completed", output: "ABC", state: { did: ["A", "B", "C"] } });
        const again = keysIn(log).slice(before);
        expect(again.filter((key) => done.includes(key))).toEqual([]);
      }
      if (through === 2) break;
      expect(write).toBeLessThan(30);
    }
  },
);
