/** `this.ask`: steps that wait for people. */
import { expect, test } from "vitest";
import { z } from "zod";
import { and, Flow, type FlowError, type FlowEvent, listen, MemoryPersistence, start } from "../src/index.js";
import { HandClock } from "./support/hand-clock.js";

const Name = z.object({ name: z.string().min(2), age: z.number().optional() });

class Desk extends Flow<typeof Desk> {
  static state = z.object({ begun: z.number().default(0), name: z.string().default("") });
  @start() async greet() {
    this.state.begun++;
    const { name } = await this.ask("Who are you?", { schema: Name });
    this.state.name = name;
    return `hello ${name}`;
  }
}

test("a run waits for an answer, which may come to another instance; the step begins anew with it", async () => {
  const persistence = new MemoryPersistence();
  const events: FlowEvent["type"][] = [];
  const desk = new Desk({ persistence });
  desk.events.on("*", ({ type }) => events.push(type));
  const run = await desk.kickoff();
  expect(run).toMatchObject({
    status: "waiting",
    waitingFor: [{ kind: "ask", prompt: "Who are you?", steps: ["greet"] }],
  });

  const other = new Desk({ persistence });
  const { questions } = await other.runs.questions();
  expect(questions).toMatchObject([{ runId: run.id, flow: "Desk", step: "greet", number: 1, prompt: "Who are you?" }]);
  expect(questions[0]!.schema).toMatchObject({ type: "object", required: ["name"] });
  const done = await other.runs.answer(questions[0]!.id, { name: "Ada" });
  expect(done).toMatchObject({ status: "completed", output: "hello Ada", state: { begun: 1, name: "Ada" } });
  expect((await other.runs.questions()).questions).toEqual([]);
  expect(events).toContain("ask.requested");
  const types = (await other.runs.history(run.id)).map(({ entry }) => entry.type);
  expect(types).toEqual(["started", "asked", "parked", "answered", "completed", "ended"]);
});

test("an answer that does not fit is refused and nothing moves; the second answer comes too late", async () => {
  const desk = new Desk();
  const run = await desk.kickoff();
  const { id } = (await desk.runs.questions()).questions[0]!;
  const before = await desk.runs.get(run.id);
  await expect(desk.runs.answer(id, { name: "A" })).rejects.toMatchObject({
    code: "ANSWER_INVALID",
    details: { problems: [{ path: ["name"] }] },
  });
  await expect(desk.runs.answer(id, "Ada")).rejects.toMatchObject({ code: "ANSWER_INVALID" });
  expect(await desk.runs.get(run.id)).toEqual(before);
  const both = await Promise.allSettled([desk.runs.answer(id, { name: "Ada" }), desk.runs.answer(id, { name: "Bob" })]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  await expect(desk.runs.answer(id, { name: "Cy" })).rejects.toMatchObject({ code: "QUESTION_CLOSED" });
  await expect(desk.runs.answer("nobody asked", 1)).rejects.toMatchObject({ code: "QUESTION_CLOSED" });
});

class Both extends Flow {
  @start() async ask2() {
    return Promise.all([this.ask("one?", { schema: z.number() }), this.ask("two?", { schema: z.number() })]);
  }
}

test("several answers are taken together, or none of them", async () => {
  const flow = new Both();
  const { id } = await flow.kickoff();
  const [one, two] = (await flow.runs.questions()).questions.map(({ id }) => id) as [string, string];
  await expect(flow.runs.answerAll(id, { [one]: 1, [two]: "2" })).rejects.toMatchObject({
    code: "ANSWER_INVALID",
    details: { question: two },
  });
  await expect(flow.runs.answerAll(id, { [one]: 1, nobody: 2 })).rejects.toMatchObject({ code: "QUESTION_CLOSED" });
  const other = await flow.kickoff();
  await expect(flow.runs.answerAll(other.id, { [one]: 1 })).rejects.toMatchObject({ code: "QUESTION_CLOSED" });
  await expect(flow.runs.answerAll("nobody", {})).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
  expect((await flow.runs.questions({ runId: id })).questions).toHaveLength(2);
  expect(await flow.runs.answerAll(id, { [one]: 1, [two]: 2 })).toMatchObject({ status: "completed", output: [1, 2] });
});

test("of several answers those count that nobody was quicker with", async () => {
  const flow = new Both();
  const { id } = await flow.kickoff();
  const [one, two] = (await flow.runs.questions()).questions.map(({ id }) => id) as [string, string];
  const done = await Promise.allSettled([
    flow.runs.answerAll(id, { [one]: 1, [two]: 2 }),
    flow.runs.answerAll(id, { [one]: 1, [two]: 2 }),
  ]);
  expect(done.filter(({ status }) => status === "rejected")).toMatchObject([{ reason: { code: "QUESTION_CLOSED" } }]);
  expect(await flow.runs.get(id)).toMatchObject({ status: "completed" });
});

test("what only the schema itself can refuse is asked again", async () => {
  class Even extends Flow {
    @start() async pick() {
      return this.ask("Even?", { schema: z.number().refine((n) => n % 2 === 0, "must be even") });
    }
  }
  const flow = new Even();
  const run = await flow.kickoff();
  const first = (await flow.runs.questions()).questions[0]!;
  expect(await flow.runs.answer(first.id, 3)).toMatchObject({ id: run.id, status: "waiting" });
  const second = (await flow.runs.questions()).questions[0]!;
  expect(second.id).not.toBe(first.id);
  expect(await flow.runs.answer(second.id, 4)).toMatchObject({ status: "completed", output: 4 });
});

test("several questions at once, answered in any order; a text is the default; other steps go on meanwhile", async () => {
  const did: string[] = [];
  class Two extends Flow {
    @start() async both() {
      const [a, b] = await Promise.all([this.ask("a?"), this.ask("b?", { key: "second" })]);
      return a + b;
    }
    @start() async beside() {
      await new Promise((resolve) => setTimeout(resolve, 5));
      did.push("beside");
    }
    @listen(and("both", "beside")) end({ both }: { both: string }) {
      return both;
    }
  }
  const flow = new Two();
  const run = await flow.kickoff();
  expect(did).toEqual(["beside"]);
  const { questions } = await flow.runs.questions({ runId: run.id });
  const id = (prompt: string) => questions.find((question) => question.prompt === prompt)!.id;
  expect(await flow.runs.answer(id("b?"), "B")).toMatchObject({ status: "waiting" });
  expect(await flow.runs.answer(id("a?"), "A")).toMatchObject({ status: "completed", output: "AB" });
  expect(did).toEqual(["beside"]);
});

test("an answer reaches a run that is being driven, without beginning the step anew", async () => {
  let begun = 0;
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  class Busy extends Flow {
    @start() async asks() {
      begun++;
      return this.ask("go?");
    }
    @start() async works() {
      await gate;
    }
  }
  const flow = new Busy();
  const running = flow.kickoff(undefined, { id: "busy" });
  while ((await flow.runs.questions()).questions.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const { id } = (await flow.runs.questions()).questions[0]!;
  expect(await flow.runs.answer(id, "yes")).toEqual({ id: "busy", status: "running" });
  await new Promise((resolve) => setTimeout(resolve, 5));
  release();
  expect(await running).toMatchObject({ status: "completed", outputs: { asks: "yes" } });
  expect(begun).toBe(1);
});

test("a timeout is no answer: in this process, and by recover when the run had left it", async () => {
  class Slow extends Flow {
    @start() async asks() {
      const answer = await this.ask("in time?", { timeout: "2d" });
      return answer.answered ? answer.value : "silence";
    }
  }
  const clock = new HandClock();
  const flow = new Slow({ clock });
  const run = await flow.kickoff();
  expect(run).toMatchObject({ status: "waiting", waitingFor: [{ kind: "ask", until: expect.any(Number) }] });
  expect(await flow.runs.recover()).toEqual([]);
  clock.at += 2 * 86_400_000 + 1;
  const { id } = (await flow.runs.questions()).questions[0]!;
  await expect(flow.runs.answer(id, "late")).rejects.toMatchObject({ code: "QUESTION_CLOSED" });
  expect(await flow.runs.recover()).toMatchObject([{ id: run.id, status: "completed", output: "silence" }]);

  class Kept extends Slow {
    @start() async beside() {
      await this.sleep("3d");
    }
  }
  const kept = new Kept({ clock }).kickoff();
  await clock.waitFor("deadline", "sleep");
  expect([await clock.next(), await clock.next()]).toEqual(["deadline", "sleep"]);
  expect(await kept).toMatchObject({ status: "completed", outputs: { asks: "silence" } });
});

test("a race with a sleep goes on by itself, and its question is closed", async () => {
  class Race extends Flow {
    @start() async asks() {
      return Promise.race([this.ask("quick?"), this.sleep(10).then(() => "slept")]);
    }
  }
  const flow = new Race();
  const run = await flow.kickoff();
  expect(run).toMatchObject({ status: "completed", output: "slept" });
  expect((await flow.runs.questions()).questions).toEqual([]);
});

test("a question of a cancelled run is not open; resumed it is again", async () => {
  const desk = new Desk();
  const { id: runId } = await desk.kickoff();
  const { id } = (await desk.runs.questions()).questions[0]!;
  await desk.runs.cancel(runId);
  expect((await desk.runs.questions()).questions).toEqual([]);
  await expect(desk.runs.answer(id, { name: "Ada" })).rejects.toMatchObject({ code: "QUESTION_CLOSED" });
  expect(await desk.resume(runId)).toMatchObject({ status: "waiting" });
  expect(await desk.runs.answer(id, { name: "Ada" })).toMatchObject({ status: "completed" });
});

test("a schema that nobody outside can be told of is refused", async () => {
  class Odd extends Flow {
    @start() async asks() {
      return this.ask("when?", { schema: z.date() });
    }
  }
  const error = await new Odd().kickoff().catch((thrown: FlowError) => thrown);
  expect(error).toMatchObject({ code: "ASK_SCHEMA_INVALID" });
});

test("pages of questions, oldest first", async () => {
  const persistence = new MemoryPersistence();
  const desk = new Desk({ persistence });
  for (let n = 0; n < 5; n++) await desk.kickoff();
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await desk.runs.questions({ limit: 2, ...(cursor !== undefined && { cursor }) });
    seen.push(...page.questions.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== undefined);
  expect(new Set(seen).size).toBe(5);
  expect(await desk.runs.questions({ runId: "none" })).toEqual({ questions: [] });
  await expect(desk.runs.questions({ limit: 0 })).rejects.toMatchObject({ code: "PERSISTENCE_QUERY_INVALID" });
});

test("a step that asks and ends in the same moment does not wait", async () => {
  class Hasty extends Flow {
    @start() async asks() {
      await Promise.all([this.ask("really?"), Promise.reject(new Error("no"))]);
    }
  }
  const failing = new Hasty();
  await expect(failing.kickoff()).rejects.toMatchObject({
    code: "STEP_FAILED",
    message: expect.stringContaining("no"),
  });
  expect((await failing.runs.questions()).questions).toEqual([]);

  class Rhetorical extends Flow {
    @start() async asks() {
      void this.ask("who cares?");
      await Promise.resolve();
      return 1;
    }
  }
  const flow = new Rhetorical();
  expect(await flow.kickoff()).toMatchObject({ status: "completed", output: 1 });
  expect((await flow.runs.questions()).questions).toEqual([]);
});
