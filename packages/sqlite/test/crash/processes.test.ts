import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { atEveryWrite, crashLab, keysIn, until } from "./harness.js";

const { start, heir, place, open } = crashLab();

test("two processes resume one crashed run: one works, the other is told", { timeout: 180_000 }, async () => {
  const file = place();
  const log = place("log");
  await start(["Slow", "go", file, "run"], { KILL_AT: "after:1" }).answer;
  const env = { CALL_LOG: log, SLOW_UNTIL: place("gate") };
  let told = 0;
  const answers = await Promise.all(
    [1, 2, 3].map(() =>
      start(["Slow", "resume", file, "run"], env).answer.finally(() => ++told === 2 && open(env.SLOW_UNTIL)),
    ),
  );
  const worked = answers.filter(({ result }) => result?.status === "waiting");
  const refused = answers.filter(({ error }) => error?.code === "RUN_OWNED");
  expect([worked.length, refused.length]).toEqual([1, 2]);
  expect(keysIn(log)).toEqual(["run:long:1"]);
});

test("a process stopped past its claim and woken is fenced off", { timeout: 180_000 }, async () => {
  const file = place();
  const log = place("log");
  const gate = place("gate");
  const env = { CLAIM_MS: "400", CALL_LOG: log };
  const zombie = start(["Slow", "go", file, "run"], { ...env, SLOW_UNTIL: gate });
  await until(file, "run", ({ status }) => status === "running");
  zombie.process.kill("SIGSTOP");
  await pause(600);
  const { result, error } = await heir(["Slow", "resume", file, "run"], { ...env, SLOW_MS: "700" });
  expect(error).toBeUndefined();
  expect(result).toMatchObject({ status: "waiting", state: { done: 1 } });
  open(gate);
  zombie.process.kill("SIGCONT");
  expect((await zombie.answer).error).toMatchObject({ code: "RUN_CLAIM_LOST" });
  const after = await start(["Slow", "tick", file, "run", "1"]).answer;
  expect(after.result).toMatchObject({ status: "completed", output: "both", state: { done: 1, ticks: [1] } });
});

test("recover takes over what a dead process left, and nothing else", { timeout: 180_000 }, async () => {
  const file = place();
  await start(["Slow", "go", file, "dead"], { KILL_AT: "after:1" }).answer;
  const gate = place("gate");
  const alive = start(["Slow", "go", file, "alive"], { SLOW_UNTIL: gate });
  await until(file, "alive", ({ status }) => status === "running");
  const { result } = await start(["Slow", "recover", file, "-"], { SLOW_MS: "10" }).answer;
  expect(result.map(({ id, status }: { id: string; status: string }) => [id, status])).toEqual([["dead", "waiting"]]);
  open(gate);
  expect((await alive.answer).result).toMatchObject({ status: "waiting" });
});

test("a signal from another process: while the run waits, while it is live, while nobody holds it", {
  timeout: 180_000,
}, async () => {
  const file = place();
  expect((await heir(["Gate", "go", file, "waits"])).result).toMatchObject({ status: "waiting" });
  expect((await heir(["Gate", "first", file, "waits", "1"])).result).toMatchObject({ status: "waiting" });
  expect((await heir(["Gate", "second", file, "waits", "2"])).result).toMatchObject({
    status: "completed",
    output: 3,
  });

  const gate = place("gate");
  const live = start(["Slow", "go", file, "live"], { SLOW_UNTIL: gate });
  await until(file, "live", ({ status }) => status === "running");
  expect((await heir(["Slow", "tick", file, "live", "7"])).result).toEqual({ id: "live", status: "running" });
  open(gate);
  expect((await live.answer).result).toMatchObject({
    status: "completed",
    output: "both",
    state: { ticks: [7], done: 1 },
  });

  await start(["Slow", "go", file, "orphan"], { KILL_AT: "after:1" }).answer;
  expect((await heir(["Slow", "tick", file, "orphan", "9"], { SLOW_MS: "20" })).result).toMatchObject({
    status: "completed",
    state: { ticks: [9], done: 1 },
  });
});

test("a signal is applied once, wherever the process that sends and applies it is killed", {
  timeout: 300_000,
}, async () => {
  await atEveryWrite(30, async (KILL_AT) => {
    const file = place();
    await heir(["Gate", "go", file, "run"]);
    const { killed } = await start(["Gate", "first", file, "run", "5"], { KILL_AT }).answer;
    // the sender tries again, as after any crash: the same signal id
    const again = await heir(["Gate", "first", file, "run", "5"]);
    expect(again.result).toMatchObject({ status: "waiting", state: { seen: [5] } });
    expect((await heir(["Gate", "second", file, "run", "6"])).result).toMatchObject({
      status: "completed",
      output: 11,
      state: { seen: [5, 6] },
    });
    return killed;
  });
});
