// Runs of one release that processes of a later one take up, and are killed over.
import { expect, test } from "vitest";
import { atEveryWrite, crashLab, until } from "./harness.js";

const { start, heir, place, open } = crashLab();

/** A run of the first release that waits for the second signal. */
async function waiting(): Promise<string> {
  const file = place();
  await heir(["Gate", "go", file, "run"]);
  expect((await heir(["Gate", "first", file, "run", "5"])).result).toMatchObject({ status: "waiting" });
  return file;
}

test("killed before and after every write of the process that goes on with other code", {
  timeout: 300_000,
}, async () => {
  await atEveryWrite(30, async (KILL_AT) => {
    const file = await waiting();
    const { killed } = await start(["WiderGate", "second", file, "run", "6"], { KILL_AT }).answer;
    const { error } = await heir(["WiderGate", "second", file, "run", "6"]);
    if (error) expect(error.code).toBe("RUN_ENDED");
    expect((await heir(["WiderGate", "resume", file, "run"])).result).toMatchObject({
      status: "completed",
      output: "11 filled in",
      state: { seen: [5, 6] },
    });
    return killed;
  });
});

test("killed before and after every write of a migration", { timeout: 300_000 }, async () => {
  await atEveryWrite(30, async (KILL_AT) => {
    const file = await waiting();
    expect((await heir(["RenamedGate", "second", file, "run", "6"])).error).toMatchObject({ code: "PLAN_CHANGED" });
    const { killed } = await start(["RenamedGate", "migrate", file, "run"], { KILL_AT }).answer;
    const again = await heir(["RenamedGate", "migrate", file, "run"]);
    expect(["migrated", "unchanged"]).toContain(again.result.status);
    expect((await heir(["RenamedGate", "second", file, "run", "6"])).result).toMatchObject({
      status: "completed",
      output: 11,
      state: { numbers: [5, 6] },
    });
    return killed;
  });
});

test("a live run is not taken from the process that drives it", { timeout: 180_000 }, async () => {
  const file = await waiting();
  const gate = place("gate");
  const live = start(["Gate", "hold", file, "run"], { SLOW_UNTIL: gate });
  await until(file, "run", ({ owned }) => owned);
  expect((await heir(["RenamedGate", "migrate", file, "run"])).error).toMatchObject({ code: "RUN_OWNED" });
  open(gate);
  expect((await live.answer).result).toMatchObject({ status: "waiting" });
  expect((await heir(["RenamedGate", "migrate", file, "run"])).result).toMatchObject({ status: "migrated" });
});
