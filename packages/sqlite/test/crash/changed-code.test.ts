// Runs of one release that processes of a later one take up, and are killed over.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SqlitePersistence } from "../../src/index.js";
import { crashLab, type Starter } from "./harness.js";

let lab: Awaited<ReturnType<typeof crashLab>>;
let start: Starter;
let scratch = 0;
beforeAll(async () => {
  lab = await crashLab();
  start = lab.start;
});
afterAll(() => lab.close());

const place = () => join(lab.folder, `db-${++scratch}`);

/** A run of the first release that waits for the second signal. */
async function waiting(): Promise<string> {
  const file = place();
  await start(["Gate", "go", file, "run"]).answer;
  expect((await start(["Gate", "first", file, "run", "5"]).answer).result).toMatchObject({ status: "waiting" });
  return file;
}

test("killed before and after every write of the process that goes on with other code", {
  timeout: 120_000,
}, async () => {
  for (let write = 1, through = 0; through < 2; write++) {
    through = 0;
    for (const when of ["before", "after"]) {
      const file = await waiting();
      const { killed } = await start(["WiderGate", "second", file, "run", "6"], { KILL_AT: `${when}:${write}` }).answer;
      if (!killed) through++;
      const { error } = await start(["WiderGate", "second", file, "run", "6"]).answer;
      if (error) expect(error.code).toBe("RUN_ENDED");
      expect((await start(["WiderGate", "resume", file, "run"]).answer).result).toMatchObject({
        status: "completed",
        output: "11 filled in",
        state: { seen: [5, 6] },
      });
    }
    expect(write).toBeLessThan(30);
  }
});

test("killed before and after every write of a migration", { timeout: 120_000 }, async () => {
  for (let write = 1, through = 0; through < 2; write++) {
    through = 0;
    for (const when of ["before", "after"]) {
      const file = await waiting();
      expect((await start(["RenamedGate", "second", file, "run", "6"]).answer).error).toMatchObject({
        code: "PLAN_CHANGED",
      });
      const { killed } = await start(["RenamedGate", "migrate", file, "run"], { KILL_AT: `${when}:${write}` }).answer;
      if (!killed) through++;
      const again = await start(["RenamedGate", "migrate", file, "run"]).answer;
      expect(["migrated", "unchanged"]).toContain(again.result.status);
      expect((await start(["RenamedGate", "second", file, "run", "6"]).answer).result).toMatchObject({
        status: "completed",
        output: 11,
        state: { numbers: [5, 6] },
      });
    }
    expect(write).toBeLessThan(30);
  }
});

test("a live run is not taken from the process that drives it", { timeout: 60_000 }, async () => {
  const file = await waiting();
  const live = start(["Gate", "hold", file, "run"], { SLOW_MS: "4000" });
  const persistence = new SqlitePersistence(file);
  while (!persistence.get("run")?.owned) await new Promise((resolve) => setTimeout(resolve, 10));
  persistence.close();
  expect((await start(["RenamedGate", "migrate", file, "run"]).answer).error).toMatchObject({ code: "RUN_OWNED" });
  expect((await live.answer).result).toMatchObject({ status: "waiting" });
  expect((await start(["RenamedGate", "migrate", file, "run"]).answer).result).toMatchObject({ status: "migrated" });
});
