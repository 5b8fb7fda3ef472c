/** What was used is counted once, wherever the process was killed: with the answer that it was paid for. */
import { expect, test } from "vitest";
import { billed } from "./bill.js";
import { atEveryWrite, crashLab, entriesIn, noneAgain } from "./harness.js";

const { start, heir, place } = crashLab();

test("killed before and after every write, a run has used what an uninterrupted one has", {
  timeout: 900_000,
}, async () => {
  await atEveryWrite(80, async (KILL_AT) => {
    const file = place();
    const CALL_LOG = place("log");
    const { killed, result: first } = await start(["Bill", "go", file, "run"], { CALL_LOG, KILL_AT }).answer;
    if (!killed) expect(first.usage).toEqual(billed);
    const stored = (await entriesIn(file)).flatMap((entry) => (entry.type === "once" ? [entry.key] : []));
    const { result, error } = await noneAgain(CALL_LOG, stored, () => heir(["Bill", "go", file, "run"], { CALL_LOG }));
    expect(error).toBeUndefined();
    expect(result).toMatchObject({ status: "completed", usage: billed });
    return killed;
  });
});
