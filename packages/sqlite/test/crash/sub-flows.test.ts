/** Runs inside of runs are killed: none is started twice, no step that has committed runs again, and no wake-up is lost. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { atEveryWrite, committedIn, crashLab, keysIn, noneAgain, runsIn } from "./harness.js";

const { start, heir, place, open } = crashLab();

const statusesIn = async (file: string) => (await runsIn(file)).map(({ status }) => status);

test("killed at every write of a run and of those inside of it, it resumes to the same end", {
  timeout: 900_000,
}, async () => {
  await atEveryWrite(80, async (KILL_AT) => {
    const file = place();
    const CALL_LOG = place("log");
    const { killed } = await start(["Grove", "go", file, "run"], { CALL_LOG, KILL_AT }).answer;
    const { result, error } = await noneAgain(CALL_LOG, await committedIn(file), () =>
      heir(["Grove", "go", file, "run"], { CALL_LOG }),
    );
    expect(error).toBeUndefined();
    expect(result).toMatchObject({ status: "completed", output: "a2 b2 (c2)", usage: { leaves: 3, opened: 3 } });
    expect((await runsIn(file)).map(({ id, status }) => `${id} ${status}`).sort()).toEqual([
      "run completed",
      "run/plant/1/Twig-1 completed",
      "run/plant/1/Twig-1/grow/1/Leaf-1 completed",
      "run/plant/1/a completed",
      "run/plant/1/b completed",
    ]);
    return killed;
  });
});

test.each([
  ["outer", {}],
  ["inner", { BY_CHILD: "1" }],
])(
  "killed at every write while inner runs ask and are answered through the %s flow",
  {
    timeout: 900_000,
  },
  async (_, how: Readonly<Record<string, string>>) => {
    const answers = JSON.stringify({ "Ada?": "yes", "Bob?": "no" });
    await atEveryWrite(80, async (KILL_AT) => {
      const file = place();
      await heir(["Council", "go", file, "run"]);
      const { killed } = await start(["Council", "vote", file, "run", answers], { ...how, KILL_AT }).answer;
      const { result, error } = await heir(["Council", "vote", file, "run", answers], how);
      expect(error).toBeUndefined();
      expect(result).toMatchObject({ status: "completed", output: "Ada says yes, Bob says no" });
      expect(await statusesIn(file)).toEqual(Array(3).fill("completed"));
      return killed;
    });
  },
);

test("killed at every write while it is cancelled: what it has started ends before it does", {
  timeout: 900_000,
}, async () => {
  await atEveryWrite(80, async (KILL_AT) => {
    const file = place();
    await heir(["Council", "go", file, "run"]);
    const { killed } = await start(["Council", "cancel", file, "run"], { KILL_AT }).answer;
    const ended = (await runsIn(file)).filter(({ status }) => status === "cancelled").map(({ id }) => id);
    if (ended.includes("run")) expect(ended.length).toBe(3);
    await heir(["Council", "cancel", file, "run"]);
    expect(await statusesIn(file)).toEqual(Array(3).fill("cancelled"));
    return killed;
  });
});

test("several processes take up a run that was killed inside of another: one drives both", {
  timeout: 180_000,
}, async () => {
  const file = place();
  const CALL_LOG = place("log");
  await start(["Grove", "go", file, "run"], { CALL_LOG, KILL_AT: "after:6" }).answer;
  const env = { CALL_LOG, SLOW_UNTIL: place("gate") };
  let told = 0;
  const answers = await Promise.all(
    [1, 2, 3].map(() =>
      start(["Grove", "resume", file, "run"], env).answer.finally(() => ++told === 2 && open(env.SLOW_UNTIL)),
    ),
  );
  expect(answers.filter(({ result }) => result?.status === "completed")).toHaveLength(1);
  expect(answers.filter(({ error }) => error?.code === "RUN_OWNED")).toHaveLength(2);
  expect(await statusesIn(file)).toEqual(Array(5).fill("completed"));
});

test("a process stopped past its claims and woken is fenced off, with all that it drives", {
  timeout: 180_000,
}, async () => {
  const file = place();
  const CALL_LOG = place("log");
  const gate = place("gate");
  const env = { CLAIM_MS: "400", CALL_LOG };
  const zombie = start(["Grove", "go", file, "run"], { ...env, SLOW_UNTIL: gate });
  await expect.poll(() => keysIn(CALL_LOG).length, { timeout: 180_000 }).toBe(2);
  zombie.process.kill("SIGSTOP");
  await pause(600);
  const { result, error } = await start(["Grove", "go", file, "run"], { ...env, SLOW_MS: "700" }).answer;
  expect(error).toBeUndefined();
  expect(result).toMatchObject({ status: "completed", output: "a2 b2 (c2)" });
  open(gate);
  zombie.process.kill("SIGCONT");
  expect((await zombie.answer).error).toMatchObject({ code: "RUN_CLAIM_LOST" });
  expect(await statusesIn(file)).toEqual(Array(5).fill("completed"));
});
