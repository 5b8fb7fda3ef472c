/** What may become of an approval beside an answer: silence, a cancel, a failure beside it, a lost race, a fork. */
import { expect, test } from "vitest";
import { z } from "zod";
import {
  and,
  approval,
  collect,
  Flow,
  type FlowClock,
  FlowError,
  forEach,
  listen,
  or,
  race,
  router,
  signal,
  start,
} from "../src/index.js";

const Note = z.object({ note: z.string() });
type Note = z.infer<typeof Note>;

/** Time goes on when it is told to. */
function handClock(): FlowClock & { at: number } {
  return {
    at: 1_900_000_000_000,
    now() {
      return this.at;
    },
    setTimer: () => () => undefined,
  };
}

class Timed extends Flow {
  @start() @router() check() {
    return approval("a draft", { message: "?", outcomes: ["yes", "no"], schema: Note, timeout: "2d", onTimeout: "no" });
  }
  @listen("yes") said({ note }: Note) {
    return `yes: ${note}`;
  }
  @listen("no") refused(feedback: Note | undefined) {
    return feedback ? `no: ${feedback.note}` : "silence";
  }
}

class Told extends Flow {
  @start() @router() check() {
    const onTimeout = { outcome: "no", feedback: { note: "nobody answered" } } as const;
    return approval("a draft", { message: "?", outcomes: ["yes", "no"], schema: Note, timeout: 60_000, onTimeout });
  }
  @listen(or("yes", "no")) end({ note }: Note) {
    return note;
  }
}

const ids = async (flow: { readonly runs: Pick<Flow["runs"], "questions"> }) =>
  (await flow.runs.questions()).questions.map(({ id }) => id);
const typesOf = async (flow: { readonly runs: Pick<Flow["runs"], "history"> }, id: string) =>
  (await flow.runs.history(id)).map(({ entry }) => entry.type);

test("silence is the outcome that was said, found by recover when the time is up; an answer is too late then", async () => {
  const clock = handClock();
  const flow = new Timed({ clock });
  const run = await flow.kickoff();
  const until = clock.at + 2 * 86_400_000;
  expect(run).toMatchObject({ status: "waiting", waitingFor: [{ kind: "ask", until }] });
  const [id] = await ids(flow);
  expect((await flow.runs.questions()).questions).toMatchObject([{ until }]);
  expect(await flow.runs.nextDue()).toBe(until);
  clock.at = until - 1;
  expect(await flow.runs.recover()).toEqual([]);
  clock.at = until + 1;
  const late = { outcome: "yes", feedback: { note: "late" } };
  await expect(flow.runs.answer(id!, late)).rejects.toMatchObject({ code: "QUESTION_CLOSED" });
  expect(await flow.runs.recover()).toMatchObject([{ id: run.id, status: "completed", output: "silence" }]);
  expect(await typesOf(flow, run.id)).toEqual(["started", "completed", "answered", "completed", "ended"]);
  expect(await ids(flow)).toEqual([]);
});

test("silence may have feedback of its own; in a run that is driven it counts at once", async () => {
  class Kept extends Told {
    @start() async beside() {
      await answered;
    }
  }
  let release = () => {};
  const answered = new Promise<void>((resolve) => {
    release = resolve;
  });
  const timers: (() => void)[] = [];
  const clock: FlowClock = {
    now: () => 1_900_000_000_000,
    setTimer(due, _ms, { purpose }) {
      if (purpose === "deadline") timers.push(due);
      return () => undefined;
    },
  };
  const flow = new Kept({ clock });
  flow.events.on("ask.answered", release);
  const running = flow.kickoff();
  while (timers.length === 0) await new Promise((resolve) => setImmediate(resolve));
  timers[0]!();
  expect(await running).toMatchObject({ status: "completed", output: "nobody answered" });
  timers[0]!();
});

test("in time an answer counts, and silence does not any more", async () => {
  const clock = handClock();
  const flow = new Timed({ clock });
  const run = await flow.kickoff();
  const [id] = await ids(flow);
  const done = await flow.runs.answer(id!, { outcome: "no", feedback: { note: "too short" } });
  expect(done).toMatchObject({ status: "completed", output: "no: too short" });
  clock.at += 10 * 86_400_000;
  expect(await flow.runs.recover()).toEqual([]);
  expect((await flow.runs.get(run.id))?.status).toBe("completed");
});

test("a cancelled run's approval is closed, and open again when it is resumed; its step does not run again", async () => {
  let ran = 0;
  class Cancelled extends Timed {
    @start() @router() override check() {
      ran++;
      return super.check();
    }
  }
  const flow = new Cancelled();
  const { id: run } = await flow.kickoff();
  const [id] = await ids(flow);
  await flow.runs.cancel(run);
  expect(await ids(flow)).toEqual([]);
  await expect(flow.runs.answer(id!, { outcome: "yes", feedback: { note: "" } })).rejects.toMatchObject({
    code: "QUESTION_CLOSED",
  });
  expect(await flow.resume(run)).toMatchObject({ status: "waiting", waitingFor: [{ name: id }] });
  expect(await flow.runs.answer(id!, { outcome: "yes", feedback: { note: "ok" } })).toMatchObject({
    output: "yes: ok",
  });
  expect(ran).toBe(1);
});

test("beside a step that fails it stays as it was asked: resumed, the run tries that step again and waits", async () => {
  let ran = 0;
  let broken = true;
  class Beside extends Flow {
    @start() @router() check() {
      ran++;
      return approval({ n: 1 }, { message: "?", outcomes: ["yes", "no"] });
    }
    @start() async breaks() {
      await null;
      if (broken) throw new Error("broken");
    }
    @listen(and("check", "yes", "breaks")) end({ check }: { check: { n: number }; yes: undefined }) {
      return check.n;
    }
  }
  const flow = new Beside();
  const error = await flow.kickoff().catch((thrown: unknown) => thrown);
  if (!FlowError.is(error, "STEP_FAILED")) throw error;
  expect(await ids(flow)).toEqual([]);
  broken = false;
  expect(await flow.resume(error.runId!)).toMatchObject({ status: "waiting" });
  const [id] = await ids(flow);
  expect(await flow.runs.answer(id!, { outcome: "yes" })).toMatchObject({ status: "completed", output: 1 });
  expect(ran).toBe(1);
});

test("who has lost a race is asked no more", async () => {
  const Stop = signal("stop", z.string());
  class Racing extends Flow {
    @start() @router() check() {
      return approval("?", { message: "?", outcomes: ["yes", "no"] });
    }
    @listen("check") told(what: string) {
      return what;
    }
    @listen(race("yes", Stop)) end(how: string | undefined) {
      return how ?? "yes";
    }
  }
  const flow = new Racing();
  const { id: run } = await flow.kickoff();
  const [id] = await ids(flow);
  expect(await flow.signal(run, Stop, "stopped")).toMatchObject({ status: "completed", output: "stopped" });
  expect(await ids(flow)).toEqual([]);
  await expect(flow.runs.answer(id!, { outcome: "yes" })).rejects.toMatchObject({ code: "QUESTION_CLOSED" });

  const other = await flow.kickoff();
  const [asked] = await ids(flow);
  expect(await flow.runs.answer(asked!, { outcome: "yes" })).toMatchObject({ id: other.id, output: "yes" });
});

test("two reviewers at once, a question inside a step, and a signal: each by itself, in any order", async () => {
  const Go = signal("go");
  class Two extends Flow {
    @start() draft() {
      return "draft";
    }
    @router("draft") legal(draft: string) {
      return approval(draft, { message: "Legal?", outcomes: ["lawful", "unlawful"], schema: Note });
    }
    @router("draft") style(draft: string) {
      return approval(draft, { message: "Style?", outcomes: ["fine", "clumsy"] });
    }
    @listen("draft") async who() {
      return this.ask("Who?");
    }
    @listen(and("lawful", "fine", "who", Go)) publish(all: {
      lawful: Note;
      fine: undefined;
      who: string;
      go: unknown;
    }) {
      return `${all.lawful.note} by ${all.who}`;
    }
  }
  const answers: Record<string, unknown> = {
    "Legal?": { outcome: "lawful", feedback: { note: "ok" } },
    "Style?": { outcome: "fine" },
    "Who?": "Ada",
  };
  for (const order of [
    ["Legal?", "Style?", "Who?"],
    ["Who?", "Style?", "Legal?"],
    ["Style?", "Who?", "Legal?"],
  ]) {
    const flow = new Two();
    const { id: run } = await flow.kickoff();
    const { questions } = await flow.runs.questions();
    expect(questions.map(({ prompt }) => prompt).sort()).toEqual(["Legal?", "Style?", "Who?"]);
    await flow.signal(run, Go);
    let last: unknown;
    for (const prompt of order)
      last = await flow.runs.answer(questions.find((question) => question.prompt === prompt)!.id, answers[prompt]);
    expect(last).toMatchObject({ status: "completed", output: "ok by Ada" });
  }
});

test("a forEach router asks of every element at once; collect does not wait for humans", async () => {
  class Batch extends Flow<typeof Batch> {
    static state = z.object({ kept: z.array(z.string()).default([]) });
    static merge = { kept: "append" } as const;
    @start() list() {
      return ["a", "b", "c"];
    }
    @forEach("list", { concurrency: 1 }) @router() review(name: string) {
      return approval(name, { message: `Keep ${name}?`, outcomes: ["keep", "drop"] });
    }
    @listen(and("review", "keep")) kept({ review }: { review: string }) {
      this.state.kept.push(review);
    }
    @listen(collect("review")) all(names: string[]) {
      return names.join();
    }
  }
  const flow = new Batch();
  const run = await flow.kickoff();
  expect(run.outputs.all).toBe("a,b,c");
  const { questions } = await flow.runs.questions();
  expect(questions.map(({ value, number }) => [value, number])).toEqual([
    ["a", 1],
    ["b", 2],
    ["c", 3],
  ]);
  await flow.runs.answer(questions[2]!.id, { outcome: "keep" });
  await flow.runs.answer(questions[0]!.id, { outcome: "drop" });
  const done = await flow.runs.answer(questions[1]!.id, { outcome: "keep" });
  expect(done).toMatchObject({ status: "completed", state: { kept: ["c", "b"] } });
});
