/** Processes that are asked to stop, and killed while they do: whoever comes next goes on as after any other end. */
import { expect, test } from "vitest";
import { committedIn, crashLab, eachWrite, noneAgain, runsIn } from "./harness.js";

const { start, heir, place } = crashLab();

test.each([
  ["stopped after every write", undefined],
  ["stopped after every write, and killed before the next", "before:"],
  ["stopped after every write, and killed after the next", "after:"],
])("%s of a run and of those inside of it, it resumes to the same end", { timeout: 900_000 }, async (_, kill) => {
  await eachWrite(80, async (write) => {
    const file = place();
    const CALL_LOG = place("log");
    const env = { CALL_LOG, STOP_AT: String(write), ...(kill && { KILL_AT: `${kill}${write + 1}` }) };
    const life = kill ? start(["Grove", "go", file, "run"], env).answer : heir(["Grove", "go", file, "run"], env);
    const { killed, error } = await life;
    if (error) expect(error.code).toBe("RUN_STOPPED");
    if (error) expect((await runsIn(file)).filter(({ owned }) => owned)).toEqual([]);
    const next = await noneAgain(CALL_LOG, await committedIn(file), () =>
      heir(["Grove", "go", file, "run"], { CALL_LOG }),
    );
    expect(next.error).toBeUndefined();
    expect(next.result).toMatchObject({ status: "completed", output: "a2 b2 (c2)", usage: { leaves: 3, opened: 3 } });
    expect((await runsIn(file)).map(({ status }) => status)).toEqual(Array(5).fill("completed"));
    return killed || error !== undefined;
  });
});
