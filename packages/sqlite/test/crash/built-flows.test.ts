import { expect, test } from "vitest";
import { atEveryWrite, crashLab, entriesIn, keysIn, noneAgain } from "./harness.js";
import { rounds } from "./ingest.js";

const { start, heir, place } = crashLab();

test("killed before and after every write, a built flow does nothing twice that is stored, rounds included", {
  timeout: 900_000,
}, async () => {
  await atEveryWrite(40, async (KILL_AT) => {
    const file = place();
    const log = place("log");
    const { killed } = await start(["Ingest", "go", file, "run"], { CALL_LOG: log, KILL_AT }).answer;
    const stored = (await entriesIn(file)).flatMap((entry) =>
      entry.type === "completed" ? [entry.step] : entry.type === "once" ? [entry.key] : [],
    );
    const { result, error } = await noneAgain(log, stored, () =>
      heir(["Ingest", "go", file, "run"], { CALL_LOG: log }),
    );
    expect(error).toBeUndefined();
    const { first, load } = result.output;
    expect(load).toEqual({ text: `title of ${first}`, path: first, note: `${first} in ${rounds}` });
    expect(result.state).toEqual({ loaded: [`title of ${first}`] });
    expect(new Set(keysIn(log))).toEqual(new Set(["parse", "round 1", "round 2", "round 3", "load", "tell"]));
    return killed;
  });
});
