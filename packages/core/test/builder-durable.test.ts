// What the engine promises of classes holds of flows that are built.
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { approval, FlowEvents, flow, MemoryPersistence, or, orElse, outcomeOf, route, signal } from "../src/index.js";

test("a step that failed is tried again on resume; finished ones do not run again", async () => {
  const ran: string[] = [];
  let broken = true;
  const built = flow("resumed")
    .input(z.object({ n: z.number() }))
    .step("first", ({ n }) => {
      ran.push("first");
      return n;
    })
    .step(
      "second",
      (given: { n: number; was: number }) => {
        ran.push("second");
        if (broken) throw new Error("down");
        return given.n + given.was;
      },
      ({ first, input }) => ({ n: first, was: input.n }),
    );
  const persistence = new MemoryPersistence();
  const failed = await built
    .compile({ persistence })
    .complete({ n: 1 })
    .catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: "STEP_FAILED", step: "second" });
  broken = false;
  const result = await built.compile({ persistence }).resume((failed as { runId: string }).runId);
  expect(result.output).toBe(2);
  expect(ran).toEqual(["first", "second", "second"]);
});

test("retries and timeouts", async () => {
  let tries = 0;
  const built = flow("retried")
    .step(
      "flaky",
      () => {
        if (++tries < 3) throw new Error("not yet");
        return tries;
      },
      { retry: { attempts: 3, delay: 0 } },
    )
    .step(
      "slow",
      () => new Promise<void>(() => {}),
      () => ({}),
      { timeout: 5 },
    )
    .link("flaky", "slow")
    .compile({ abortGrace: 0 });
  await expect(built.complete()).rejects.toMatchObject({ code: "STEP_TIMEOUT", step: "slow" });
  expect(tries).toBe(3);
});

test("tools: once, the call, the inputs, a question", async () => {
  const built = flow("tools")
    .input(z.object({ who: z.string() }))
    .step("question", async (_: object, { once, call, inputs, ask }) => {
      const key = await once("key", () => `${call.step}:${call.number}`);
      return `${key} ${inputs.who} ${await ask("Sure?")}`;
    })
    .compile();
  const waiting = await built.complete({ who: "ada" });
  expect(waiting.status).toBe("waiting");
  const [question] = (await built.runs.questions()).questions;
  await built.runs.answer(question!.id, "yes");
  expect((await built.resume(waiting.id)).output).toBe("question:1 ada yes");
});

test("approvals: an outcome is a label that a step may refer to", async () => {
  const built = flow("desk")
    .step("draft", () => ({ text: "a draft" }))
    .router(
      "review",
      (draft: { text: string }) =>
        approval(draft, {
          message: "Publish?",
          outcomes: ["approved", "rejected"],
          schema: z.object({ note: z.string() }),
        }),
      ({ draft }) => draft,
      { routes: ["approved", "rejected"] },
    )
    .step(
      "publish",
      (given: { text: string; note: string }) => `${given.text}: ${given.note}`,
      ({ draft, approved }) => ({
        text: draft.text,
        note: approved.note,
      }),
    )
    .compile();
  const { id } = await built.complete();
  const [question] = (await built.runs.questions()).questions;
  await built.runs.answer(question!.id, { outcome: "approved", feedback: { note: "fine" } });
  expect((await built.resume(id)).output).toBe("a draft: fine");
});

test("signals, in `on` and by reference", async () => {
  const Legal = signal("legal", z.object({ ok: z.boolean() }));
  const built = flow("signals")
    .signal(Legal)
    .step("start", () => "text")
    .step(
      "check",
      (given: { text: string; ok: boolean }) => `${given.text} ${given.ok}`,
      ({ start, legal }) => ({
        text: start,
        ok: legal.ok,
      }),
    )
    .step("told", (given: { ok: boolean }) => given.ok, { on: Legal })
    .compile();
  const { id, status } = await built.complete();
  expect(status).toBe("waiting");
  const result = await built.signal(id, Legal, { ok: true });
  expect(result).toMatchObject({ status: "completed", outputs: { check: "text true", told: true } });
});

test("sessions and forks", async () => {
  const built = flow("chat")
    .input(z.object({ say: z.string() }))
    .state(z.object({ said: z.array(z.string()).default([]) }))
    .step("hear", ({ say }, { state }) => {
      state.said.push(say);
      return [...state.said];
    })
    .step(
      "count",
      (said: string[]) => said.length,
      ({ hear }) => hear,
    )
    .compile();
  await built.continue("s", { say: "a" });
  const second = await built.continue("s", { say: "b" });
  expect(second.outputs).toEqual({ hear: ["a", "b"], count: 2 });
  const fork = await built.runs.fork(second.id, { at: { step: "hear" } });
  expect((await built.resume(fork.id)).output).toBe(2);
});

test("a loop reads what belongs to its round", async () => {
  const events = new FlowEvents();
  const built = flow("rounds")
    .state(z.object({ n: z.number().default(0) }))
    .step(
      "write",
      (_: unknown, { state }) => {
        state.n++;
        return { n: state.n };
      },
      { on: or("begin", "again") },
    )
    .step("begin", () => "go")
    .router(
      "check",
      (draft: { n: number }) => (draft.n < 4 ? route("again", draft.n) : "done"),
      ({ write }) => write,
      {
        routes: ["again", "done"],
      },
    )
    .step(
      "end",
      (given: { n: number }) => given.n,
      ({ write, done }) => ({ n: write.n, done }),
    )
    .compile({ events });
  expect((await built.complete()).output).toBe(4);
});

test("what steps have used is told with their outputs, and a run goes on from the state that another left", async () => {
  const built = flow("used")
    .state(z.object({ said: z.array(z.string()).default([]) }))
    .step("say", (_: unknown, { addUsage, state }) => {
      addUsage({ "gpt:input_tokens": 12 });
      return state.said.push("a");
    })
    .compile();
  const run = built.run();
  const usages: unknown[] = [];
  for await (const event of run) if (event.type === "OUTPUT") usages.push(event.usage);
  expect(usages).toEqual([{ "gpt:input_tokens": 12 }, { "gpt:input_tokens": 12 }]);
  expect((await built.complete({}, { continues: run.id })).state).toEqual({ said: ["a", "a"] });
});

describe("what did not run", () => {
  test("is done without, where a default or an outcome says so, though nothing ever called it", async () => {
    const built = flow("ways")
      .input(z.object({ way: z.enum(["left", "right"]) }))
      .router("choose", ({ way }) => (way === "left" ? "left" : "right"), { routes: ["left", "right"] })
      .step("l", () => "l", { on: "left" })
      .step("r", () => "r", { on: "right" })
      .step(
        "either",
        (given: { l: string; r: { status: string } }) => `${given.l} ${given.r.status}`,
        ({ l, r }) => ({ l: orElse(l, "no l"), r: outcomeOf(r) }),
      )
      .compile();
    expect((await built.complete({ way: "left" })).output).toBe("l skipped");
    expect((await built.complete({ way: "right" })).output).toBe("no l completed");
  });

  test("is left out of the results of a list, where a default says so", async () => {
    const built = flow("some")
      .step("list", () => [1, 2, 3])
      .step(
        "odd",
        (n: number) => {
          if (n % 2 === 0) throw new Error("even");
          return n;
        },
        { forEach: { over: "list", onError: "collect" } },
      )
      .step(
        "take",
        (all: number[]) => all,
        ({ odd }) => orElse(odd, []),
      )
      .compile();
    expect((await built.complete()).output).toEqual([1, 3]);
  });

  test("never starves a join in silence", async () => {
    const built = flow("branches")
      .input(z.object({ way: z.enum(["left", "right"]) }))
      .router("choose", ({ way }) => (way === "left" ? "left" : "right"), { routes: ["left", "right"] })
      .step("l", () => "l", { on: "left" })
      .step("r", () => "r", { on: "right" })
      .step(
        "both",
        (given: { l: string; r: string }) => given,
        ({ l, r }) => ({ l, r }),
      )
      .compile();
    const run = built.run({ way: "left" });
    const skipped: string[] = [];
    for await (const event of run)
      if (event.type === "OUTPUT" && event.status === "skipped") skipped.push(`${event.path}: ${event.because}`);
    expect(skipped).toEqual(["branches.r: right", "branches.both: r"]);
  });
});
