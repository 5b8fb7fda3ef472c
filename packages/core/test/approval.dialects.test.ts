/** `approval(…)`: routers that put their result before a human. */
import { expect, test } from "vitest";
import { z } from "zod";
import { and, approval, Flow, type FlowEvent, listen, MemoryPersistence, or, router, start } from "../src/index.js";

const Feedback = z.object({ note: z.string().min(1), stars: z.number().default(3) });
type Feedback = z.infer<typeof Feedback>;
interface Draft {
  readonly text: string;
}

class Desk extends Flow<typeof Desk> {
  static state = z.object({
    request: z.string(),
    reviews: z.number().default(0),
    notes: z.array(z.string()).default([]),
  });

  @start() draft(): Draft {
    return { text: this.state.request };
  }
  @router(or("draft", "redo")) review(draft: Draft) {
    this.state.reviews++;
    return approval(draft, { message: "Publish?", outcomes: ["approved", "rejected"], schema: Feedback });
  }
  @listen("rejected") redo({ note }: Feedback): Draft {
    this.state.notes.push(note);
    return { text: `${this.state.request} (${note})` };
  }
  @listen("review") file({ text }: Draft) {
    return `filed ${text}`;
  }
  @listen(and("review", "approved")) publish({ review, approved }: { review: Draft; approved: Feedback }) {
    return `${review.text} ${approved.stars}`;
  }
}

const openIds = async (flow: { readonly runs: Pick<Flow["runs"], "questions"> }, runId?: string) =>
  (await flow.runs.questions(runId === undefined ? {} : { runId })).questions.map(({ id }) => id);

test("the value is the step's result at once; the outcome is a label, from any instance, and the step does not run again", async () => {
  const persistence = new MemoryPersistence();
  const desk = new Desk({ persistence });
  const events: FlowEvent[] = [];
  desk.events.on("*", (event) => events.push(event));
  const run = await desk.kickoff({ request: "a poem" });
  const id = `${run.id}/review/1`;
  expect(run).toMatchObject({
    status: "waiting",
    waitingFor: [{ kind: "ask", name: id, prompt: "Publish?", steps: ["review"] }],
    outputs: { review: { text: "a poem" }, file: "filed a poem" },
    state: { reviews: 1 },
  });

  const other = new Desk({ persistence });
  other.events.on("*", (event) => events.push(event));
  const [question] = (await other.runs.questions()).questions;
  expect(question).toEqual({
    id,
    runId: run.id,
    flow: "Desk",
    step: "review",
    number: 1,
    prompt: "Publish?",
    value: { text: "a poem" },
    outcomes: ["approved", "rejected"],
    askedAt: expect.any(Number),
    schema: {
      type: "object",
      properties: {
        outcome: { type: "string", enum: ["approved", "rejected"] },
        feedback: {
          type: "object",
          properties: { note: { type: "string", minLength: 1 }, stars: { type: "number", default: 3 } },
          required: ["note"],
          additionalProperties: false,
        },
      },
      required: ["outcome", "feedback"],
      additionalProperties: false,
    },
  });

  const again = await other.runs.answer(id, { outcome: "rejected", feedback: { note: "longer" } });
  expect(again).toMatchObject({ status: "waiting", state: { reviews: 2, notes: ["longer"] } });
  expect(again).toMatchObject({ waitingFor: [{ name: `${run.id}/review/2` }] });
  const done = await other.runs.answer(`${run.id}/review/2`, { outcome: "approved", feedback: { note: "good" } });
  expect(done).toMatchObject({ status: "completed", output: "a poem (longer) 3", state: { reviews: 2 } });
  expect(await openIds(other)).toEqual([]);

  const told = events.filter(({ type }) => type.startsWith("ask.") || type.startsWith("route."));
  expect(told.map(({ type }) => type)).toEqual([
    ...["ask.requested", "ask.answered", "route.taken"],
    ...["ask.requested", "ask.answered", "route.taken"],
  ]);
  expect(told[0]).toMatchObject({ id, step: "review", value: { text: "a poem" }, outcomes: ["approved", "rejected"] });
  expect(told[2]).toMatchObject({ step: "review", label: "rejected", payload: { note: "longer", stars: 3 } });
  expect(events.filter(({ type, ...e }) => type === "step.started" && "step" in e && e.step === "review").length).toBe(
    2,
  );
});

test("an answer that does not fit is refused and nothing moves; the second answer comes too late", async () => {
  const desk = new Desk();
  const run = await desk.kickoff({ request: "a poem" });
  const [id] = (await openIds(desk)) as [string];
  const before = [await desk.runs.get(run.id), await desk.runs.history(run.id)];
  for (const wrong of [
    "approved",
    { outcome: "maybe", feedback: { note: "x" } },
    { outcome: "approved" },
    { outcome: "approved", feedback: { note: "" } },
    { outcome: "approved", feedback: { note: "x", no: 1 } },
    { outcome: "approved", feedback: { note: "x" }, extra: true },
    { feedback: { note: "x" } },
    undefined,
  ]) {
    await expect(desk.runs.answer(id, wrong)).rejects.toMatchObject({ code: "ANSWER_INVALID" });
  }
  expect([await desk.runs.get(run.id), await desk.runs.history(run.id)]).toEqual(before);
  const feedback = { note: "good" };
  const both = await Promise.allSettled([
    desk.runs.answer(id, { outcome: "approved", feedback }),
    desk.runs.answer(id, { outcome: "rejected", feedback }),
  ]);
  expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(both[1]).toMatchObject({ reason: { code: "QUESTION_CLOSED" } });
  await expect(desk.runs.answer(id, { outcome: "approved", feedback })).rejects.toMatchObject({
    code: "QUESTION_CLOSED",
  });
});

test("a decision reaches a run that another instance drives; nothing is begun anew", async () => {
  const persistence = new MemoryPersistence();
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const begun: string[] = [];
  class Busy extends Flow {
    @start() @router() review() {
      begun.push("review");
      return approval("draft", { message: "?", outcomes: ["yes", "no"] });
    }
    @start() async works() {
      begun.push("works");
      await gate;
    }
    @listen("yes") said() {
      begun.push("said");
      return "said";
    }
  }
  const running = new Busy({ persistence }).kickoff(undefined, { id: "busy" });
  const other = new Busy({ persistence });
  while ((await openIds(other)).length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(await other.runs.answer("busy/review/1", { outcome: "yes" })).toEqual({ id: "busy", status: "running" });
  while (begun.length < 3) await new Promise((resolve) => setImmediate(resolve));
  release();
  expect(await running).toMatchObject({ status: "completed", output: "said", outputs: { review: "draft" } });
  expect(begun).toEqual(["review", "works", "said"]);
});

test("a decision that comes while the run is failing is kept: what it calls is due when the run is resumed", async () => {
  const persistence = new MemoryPersistence();
  let fail = () => {};
  const failing = new Promise<void>((_, reject) => {
    fail = () => reject(new Error("broken"));
  });
  failing.catch(() => undefined);
  let broken = true;
  let said = 0;
  class Failing extends Flow {
    @start() @router() review() {
      return approval("draft", { message: "?", outcomes: ["yes", "no"] });
    }
    @start() async breaks() {
      if (broken) await failing;
    }
    @start() async slow() {
      if (broken) await new Promise((resolve) => this.call.abortSignal.addEventListener("abort", resolve));
      if (broken) await other.runs.answer("failing/review/1", { outcome: "yes" });
    }
    @listen("yes") said() {
      return ++said;
    }
  }
  const other = new Failing({ persistence });
  const running = new Failing({ persistence }).kickoff(undefined, { id: "failing" });
  while ((await openIds(other)).length === 0) await new Promise((resolve) => setImmediate(resolve));
  fail();
  await expect(running).rejects.toMatchObject({ code: "STEP_FAILED", step: "breaks" });
  expect(said).toBe(0);
  broken = false;
  expect(await other.resume("failing")).toMatchObject({ status: "completed", output: 1 });
});
