/** What a step has noted down inside itself survives its process. */
import { expect, test } from "vitest";
import { atEveryWrite, crashLab, entriesIn, noneAgain } from "./harness.js";

const { start, heir, place } = crashLab();

test("killed at every write while people are asked and answer: asked once, answered once", {
  timeout: 900_000,
}, async () => {
  const answers = JSON.stringify({ "name?": "Ada", "city?": "London" });
  await atEveryWrite(30, async (KILL_AT) => {
    const file = place();
    const CALL_LOG = place("log");
    const asked = await start(["Interview", "go", file, "run"], { CALL_LOG, KILL_AT }).answer;
    await heir(["Interview", "go", file, "run"], { CALL_LOG });
    const answered = await start(["Interview", "answer", file, "run", answers], { CALL_LOG, KILL_AT }).answer;
    const { result, error } = await noneAgain(CALL_LOG, await noted(file), () =>
      heir(["Interview", "answer", file, "run", answers], { CALL_LOG }),
    );
    expect(error).toBeUndefined();
    expect(result).toMatchObject({ status: "completed", output: "Ada in London", state: { said: ["Ada", "London"] } });
    return asked.killed || answered.killed;
  });
});

/** Keys of the `once` results in the journal. */
async function noted(file: string): Promise<string[]> {
  return (await entriesIn(file)).flatMap((entry) => (entry.type === "once" ? [entry.key] : []));
}

test.each([
  ["go", "2"],
  // leaves the process whenever it sleeps
  ["nap", "30"],
])(
  "%s, killed before and after every write: what was done once is not done again",
  {
    timeout: 900_000,
  },
  async (verb, SLEEP_MS) => {
    await atEveryWrite(30, async (KILL_AT) => {
      const file = place();
      const env = { CALL_LOG: place("log"), SLEEP_MS };
      const { killed } = await start(["Errands", verb, file, "run"], { ...env, KILL_AT }).answer;
      const { result, error } = await noneAgain(env.CALL_LOG, await noted(file), () =>
        heir(["Errands", verb, file, "run"], env),
      );
      expect(error).toBeUndefined();
      expect(result).toMatchObject({ status: "completed", output: "ABC", state: { did: ["A", "B", "C"] } });
      return killed;
    });
  },
);
