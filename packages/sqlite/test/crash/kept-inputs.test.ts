import { expect, test } from "vitest";
import { atEveryWrite, crashLab, entriesIn, noneAgain, reading } from "./harness.js";
import { turns } from "./ledger.js";

const { start, heir, place } = crashLab();

test("killed before and after every write, steps read the inputs that the run began with", {
  timeout: 900_000,
}, async () => {
  let snapshots = 0;
  await atEveryWrite(60, async (KILL_AT) => {
    const file = place();
    const log = place("log");
    const { killed } = await start(["Ledger", "go", file, "run"], { CALL_LOG: log, KILL_AT }).answer;
    if (await reading(file, (store) => store.load("run")?.snapshot)) snapshots++;
    const committed = (await entriesIn(file)).flatMap((entry) =>
      entry.type === "completed" && entry.step === "enter" ? [(entry.output as { key: string }).key] : [],
    );
    const { result, error } = await noneAgain(log, committed, () =>
      heir(["Ledger", "go", file, "run"], { CALL_LOG: log }),
    );
    expect(error).toBeUndefined();
    const [word, first] = result.output;
    expect(word).toBe(first);
    expect(result.state).toEqual({ turns, words: Array.from({ length: turns }, () => word) });
    return killed;
  });
  expect(snapshots).toBeGreaterThan(5);
});
