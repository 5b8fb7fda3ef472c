/** Approvals of stored runs: snapshots, forks, changed code. */
import { approval, Flow, type JournalEntry, listen, MemoryPersistence, or, router, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";

const Note = z.object({ note: z.string() });
type Note = z.infer<typeof Note>;

class Desk extends Flow<typeof Desk> {
  static flowName = "desk";
  static state = z.object({ log: z.array(z.string()).default([]) });
  @start() draft() {
    return "draft";
  }
  @router(or("draft", "redo"), { routes: ["approved", "rejected"] }) review(draft: string) {
    this.state.log.push(`review ${this.call.number}`);
    return approval(draft, { message: "Publish?", outcomes: ["approved", "rejected"], schema: Note });
  }
  @listen("rejected") redo({ note }: Note) {
    this.state.log.push(note);
    return `draft, ${note}`;
  }
  @listen("approved") publish({ note }: Note) {
    return note;
  }
}

type Asking = { readonly runs: Pick<Flow["runs"], "questions" | "answer"> };

/** Answers what is open of a run: rejected with the first notes, approved with the last. */
async function decide(flow: Asking, runId: string, notes: readonly string[]): Promise<unknown> {
  let last: unknown;
  for (const [i, note] of notes.entries()) {
    const [question] = (await flow.runs.questions({ runId })).questions;
    const outcome = i < notes.length - 1 ? "rejected" : "approved";
    last = await flow.runs.answer(question!.id, { outcome, feedback: { note } });
  }
  return last;
}

test("through hundreds of rounds a run is opened from its snapshots with what is open", async () => {
  const persistence = new MemoryPersistence({ keepEntries: 50 });
  const { id } = await new Desk({ persistence }).kickoff({}, { id: "long" });
  const notes = Array.from({ length: 120 }, (_, i) => `note ${i}`);
  const done = await decide(new Desk({ persistence, maxCalls: 1000 }), id, notes);
  expect(done).toMatchObject({ status: "completed", output: "note 119" });
  const log = ((done as { state: { log: string[] } }).state.log as string[]).filter((line) =>
    line.startsWith("review"),
  );
  expect(log).toEqual(notes.map((_, i) => `review ${i + 1}`));
});

test("a fork from any position asks under ids of its own, and comes to the same; the other run's question stays", async () => {
  const flow = new Desk();
  const { id } = await flow.kickoff({}, { id: "origin" });
  const [first] = (await flow.runs.questions()).questions;
  await flow.runs.answer(first!.id, { outcome: "rejected", feedback: { note: "longer" } });
  const before = (await flow.runs.questions({ runId: id })).questions;
  const { length } = await flow.runs.history(id);
  for (let at = 1; at <= length; at++) {
    const fork = await flow.runs.fork(id, { at });
    expect((await flow.runs.questions({ runId: fork.id })).questions).toEqual([]);
    const events: string[] = [];
    const stop = flow.events.on("ask.requested", (event) => events.push(event.id));
    const resumed = await flow.resume(fork.id);
    stop();
    if (resumed.status === "completed") continue;
    const [question] = (await flow.runs.questions({ runId: fork.id })).questions;
    expect(question).toMatchObject({ runId: fork.id, outcomes: ["approved", "rejected"], prompt: "Publish?" });
    expect(question!.id.startsWith(`${fork.id}/review/`)).toBe(true);
    expect(events).toContain(question!.id);
    // resumed again it is the same question
    await flow.resume(fork.id);
    expect((await flow.runs.questions({ runId: fork.id })).questions).toEqual([question]);
    expect(await decide(flow, fork.id, ["again", "good"])).toMatchObject({ status: "completed", output: "good" });
  }
  expect((await flow.runs.questions({ runId: id })).questions).toEqual(before);
});

test("a fork's time begins anew", async () => {
  const clock = { at: 1_900_000_000_000, now: () => clock.at, setTimer: () => () => undefined };
  class Timed extends Flow {
    @start() @router() check() {
      return approval(1, { message: "?", outcomes: ["yes", "no"], timeout: "1h", onTimeout: "no" });
    }
    @listen("no") silent() {
      return "silence";
    }
  }
  const flow = new Timed({ clock });
  const run = await flow.kickoff();
  clock.at += 30 * 60_000;
  const fork = await flow.runs.fork(run.id);
  clock.at += 60 * 60_000;
  expect(await flow.runs.recover()).toMatchObject([{ id: run.id, output: "silence" }]);
  expect(await flow.resume(fork.id)).toMatchObject({
    status: "waiting",
    waitingFor: [{ until: clock.at + 3_600_000 }],
  });
  clock.at += 3_600_001;
  expect(await flow.runs.recover()).toMatchObject([{ id: fork.id, output: "silence" }]);
});

test("changed code: more outcomes do no harm, one that is gone is refused before the answer is stored", async () => {
  const persistence = new MemoryPersistence();
  const run = await new Desk({ persistence }).kickoff();
  const [question] = (await new Desk({ persistence }).runs.questions()).questions;
  class Fewer extends Flow<typeof Fewer> {
    static flowName = "desk";
    static state = z.object({ log: z.array(z.string()).default([]) });
    @start() draft() {
      return "draft";
    }
    @router("draft", { routes: ["approved", "delayed"] }) review(draft: string) {
      return approval(draft, { message: "Publish?", outcomes: ["approved", "delayed"], schema: Note });
    }
    @listen("approved") publish({ note }: Note) {
      return note;
    }
  }
  const answer = { outcome: "rejected", feedback: { note: "longer" } };
  const fewer = new Fewer({ persistence });
  await expect(fewer.runs.answer(question!.id, answer)).rejects.toMatchObject({
    code: "PLAN_CHANGED",
    details: { differences: expect.arrayContaining([expect.objectContaining({ step: "review", what: "labels" })]) },
  });
  class More extends Desk {
    @router(or("draft", "redo"), { routes: ["approved", "rejected", "delayed"] as never[] })
    override review(draft: string) {
      return approval(draft, { message: "Now?", outcomes: ["approved", "rejected", "delayed"], schema: Note }) as never;
    }
  }
  class Listens extends More {
    @listen("review") file() {}
  }
  await expect(new Listens({ persistence }).runs.answer(question!.id, answer)).rejects.toMatchObject({
    code: "PLAN_CHANGED",
    details: { differences: [{ step: "file", what: "added" }] },
  });
  const more = new More({ persistence });
  const again = await more.runs.answer(question!.id, answer);
  expect(again).toMatchObject({ id: run.id, status: "waiting", waitingFor: [{ prompt: "Now?" }] });
});

test("migrate: an open approval stands for the labels of now", async () => {
  class Renamed extends Flow<typeof Renamed> {
    static flowName = "desk";
    static version = "2";
    static state = z.object({ log: z.array(z.string()).default([]) });
    @start() draft() {
      return "draft";
    }
    @router(or("draft", "rework"), { routes: ["yes", "no"] }) check(draft: string) {
      return approval(draft, { message: "Publish?", outcomes: ["yes", "no"], schema: Note });
    }
    @listen("no") rework({ note }: Note) {
      return `draft, ${note}`;
    }
    @listen("yes") publish({ note }: Note) {
      return note;
    }
  }
  const persistence = new MemoryPersistence();
  const run = await new Desk({ persistence }).kickoff();
  const flow = new Renamed({ persistence });
  const rename = { review: "check", redo: "rework", approved: "yes", rejected: "no" };
  expect(await flow.runs.migrate(run.id, { rename })).toMatchObject({ status: "migrated" });
  const [question] = (await flow.runs.questions()).questions;
  expect(question).toMatchObject({ step: "check", outcomes: ["approved", "rejected"] });
  const again = await flow.runs.answer(question!.id, { outcome: "rejected", feedback: { note: "longer" } });
  expect(again).toMatchObject({ status: "waiting", outputs: { rework: "draft, longer" } });
  const [second] = (await flow.runs.questions()).questions;
  expect(second!.id).not.toBe(question!.id);
  expect(await flow.runs.answer(second!.id, { outcome: "yes", feedback: { note: "good" } })).toMatchObject({
    status: "completed",
    output: "good",
  });
});

test("an attempt that failed before the one that asked leaves nothing; after that there are no more", async () => {
  const attempts: number[] = [];
  class Retried extends Flow<{ count: number }> {
    override initialState = { count: 0 };
    @start({ retry: { attempts: 3, delay: 1 } }) @router() check() {
      this.state.count++;
      attempts.push(this.call.attempt);
      if (this.call.attempt < 3) throw new Error("not yet");
      return approval("value", { message: "?", outcomes: ["yes", "no"] });
    }
    @listen("yes") said() {
      return this.state.count;
    }
  }
  const persistence = new MemoryPersistence();
  const flow = new Retried({ persistence });
  const run = await flow.kickoff();
  expect(run).toMatchObject({ status: "waiting", waitingFor: [{ kind: "ask" }] });
  expect(await new Retried({ persistence }).resume(run.id)).toMatchObject({ status: "waiting" });
  const [question] = (await flow.runs.questions()).questions;
  const answered = new Promise((resolve) => flow.events.on("ask.answered", ({ attempt }) => resolve(attempt)));
  expect(await flow.runs.answer(question!.id, { outcome: "yes" })).toMatchObject({ status: "completed", output: 1 });
  expect(await answered).toBe(3);
  expect(attempts).toEqual([1, 2, 3]);
});

test("a run that another one has started is decided on through either of their flows", async () => {
  class Parent extends Flow {
    @start() async send() {
      return this.runFlow(Desk);
    }
    @listen("send") end(note: unknown) {
      return `sent: ${note}`;
    }
  }
  const persistence = new MemoryPersistence();
  const parent = new Parent({ persistence });
  expect(await parent.kickoff()).toMatchObject({ status: "waiting", waitingFor: [{ kind: "flow", flow: "desk" }] });
  const { questions } = await new Desk({ persistence }).runs.questions();
  const done = await parent.runs.answer(questions[0]!.id, { outcome: "approved", feedback: { note: "good" } });
  expect(done).toMatchObject({ status: "completed", output: "sent: good" });
});

test("every entry of a run with approvals comes back from text", async () => {
  const { decodeEntry, encodeEntry } = await import("millrace");
  const flow = new Desk();
  const { id } = await flow.kickoff();
  await decide(flow, id, ["longer", "good"]);
  const entries = (await flow.runs.history(id)).map(({ entry }) => entry);
  const back = entries.map((entry): JournalEntry => decodeEntry(encodeEntry(entry)));
  expect(back).toEqual(entries);
  expect(entries.filter((entry) => entry.type === "completed" && entry.approval)).toHaveLength(2);
  expect(entries.find((entry) => entry.type === "answered")).toMatchObject({ label: { label: "rejected" } });
});
