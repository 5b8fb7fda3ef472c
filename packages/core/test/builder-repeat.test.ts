// A step that is done again while its result is not what it should be.
import { expect, test } from "vitest";
import { z } from "zod";
import {
  type FlowSpec,
  flow,
  fromDefinition,
  lowerFlow,
  MemoryPersistence,
  repeated,
  type StepTools,
} from "../src/index.js";

const failure = async (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (error: { code: string; runId: string }) => error,
  );

test("a step is done at least once, and again while its result says so", async () => {
  const seen: [number, number][] = [];
  let calls = 0;
  const built = flow("again")
    .input(z.object({ upTo: z.number() }))
    .step(
      "poll",
      (given: { upTo: number }) => ({ n: ++calls, done: calls >= given.upTo }),
      ({ input }) => ({ upTo: input.upTo }),
      {
        repeat: {
          while: ({ n, done }, round) => {
            seen.push([n, round]);
            return !done;
          },
        },
      },
    )
    .output(({ poll }) => poll.n)
    .compile();
  expect((await built.complete({ upTo: 3 })).output).toBe(3);
  expect(seen).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  expect((await built.complete({ upTo: 0 })).output).toBe(4);
});

test("each element of a list, and what streams, is repeated by itself", async () => {
  let calls = 0;
  const built = flow("elements")
    .step("list", () => [1, 2])
    .step("grow", (n: number) => n * 10 + ++calls, { forEach: "list", repeat: { while: (_, round) => round < 2 } })
    .step(
      "say",
      function* (given: { of: number[] }) {
        yield "a";
        yield `b${given.of.length}`;
      },
      ({ grow }) => ({ of: grow }),
      { repeat: { while: (text, round) => text.length > 0 && round < 2 } },
    )
    .compile();
  const chunks: unknown[] = [];
  const run = built.run();
  for await (const event of run) if (event.type === "CHUNK") chunks.push(event.chunk);
  const { output } = await run.result;
  expect(output).toBe("ab2");
  expect(chunks).toEqual(["a", "b2", "a", "b2"]);
  expect(calls).toBe(4);
});

test("a flow that is repeated is a run of its own in each round", async () => {
  const inner = flow("inner").step("doubt", async (_: object, { ask }) => ask("Enough?"));
  const persistence = new MemoryPersistence();
  const built = flow("outer")
    .step("sub", inner, () => ({}), { repeat: { while: (answer) => answer !== "yes" } })
    .compile({ persistence });
  const { id } = await built.complete();
  for (const answer of ["no", "yes"]) {
    const [question] = (await persistence.questions({})).questions;
    await built.runs.answer(question!.id, answer);
  }
  const result = await built.resume(id);
  expect(result).toMatchObject({ status: "completed", output: "yes" });
  expect((await persistence.list({})).runs).toHaveLength(3);
});

test("rounds that are done are not done again by another attempt, or after a resume", async () => {
  const done: string[] = [];
  let broken = true;
  const built = flow("kept").step(
    "work",
    repeated(
      (_: object, __, round) => {
        done.push(`${broken ? "a" : "b"}${round}`);
        if (broken && round === 3) throw new Error("down");
        return round;
      },
      { while: (n) => n < 4 },
    ),
    () => ({}),
    { retry: { attempts: 2, delay: 0 } },
  );
  const persistence = new MemoryPersistence();
  const { code, runId } = await failure(built.compile({ persistence }).complete());
  expect(code).toBe("STEP_FAILED");
  broken = false;
  expect((await built.compile({ persistence }).resume(runId)).output).toBe(4);
  expect(done).toEqual(["a1", "a2", "a3", "a3", "b3", "b4"]);
});

test("what never comes to an end fails, as does what a round can't do", async () => {
  const once = (run: (given: object, tools: StepTools) => unknown, repeat: unknown = { while: () => false }) =>
    failure(
      flow("f")
        .state(z.object({ n: z.number().default(0) }))
        .step("s", run, () => ({}), { repeat } as object)
        .compile()
        .complete(),
    );
  expect(await once(() => 1, { while: () => true })).toMatchObject({
    code: "STEP_REPEAT_LIMIT",
    details: { max: 100 },
  });
  expect(await once(() => 1, { while: () => true, max: 2 })).toMatchObject({
    code: "STEP_REPEAT_LIMIT",
    message: 'Step "s" was done 2 times, and its `while` still answers true.',
  });
  expect(await once(() => 1, { while: async () => true })).toMatchObject({ code: "STEP_WHEN_FAILED" });
  for (const misuse of [
    ({ sleep }: StepTools) => sleep(1),
    ({ ask }: StepTools) => ask("?"),
    ({ once }: StepTools) => once("k", () => 1),
    ({ runFlow }: StepTools) =>
      runFlow(
        flow("g")
          .step("a", () => 1)
          .toClass(),
      ),
  ])
    expect(await once((_, tools) => misuse(tools))).toMatchObject({ code: "STEP_REPEAT_MISUSED", step: "s" });
  expect(
    await once((_, { state }) => {
      state.n++;
    }),
  ).toMatchObject({ code: "STATE_IN_ONCE" });
});

test("what is no way to repeat is a problem of the plan", () => {
  const lower = (more: object) => lowerFlow({ name: "f", steps: [{ name: "s", run: () => 1, ...more }] } as FlowSpec);
  for (const repeat of [
    {},
    { while: true },
    { while: () => true, max: 0 },
    { while: () => true, max: 1.5 },
    "yes",
    null,
  ])
    expect(() => lower({ repeat })).toThrow(/can't be repeated/);
  expect(() => lower({ repeat: { while: () => true }, routes: ["a"] })).toThrow('Router "s" has `repeat`');
});

test("plan and hash are those of the step alone; what is read from data is given a repeated function", async () => {
  const run = (_: unknown, __: unknown, round = 0) => round;
  const repeat = { while: (n: number) => n < 2 };
  const plain = flow("same").step("s", run, () => ({}));
  const built = flow("same").step("s", repeated(run, repeat), () => ({}));
  expect(built.plan().hash).toBe(plain.plan().hash);
  const Read = await fromDefinition(built.toDefinition(), { steps: { s: repeated(run, repeat) } });
  expect((await new Read().kickoff()).output).toBe(2);
});
