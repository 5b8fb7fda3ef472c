import { expect, test } from "vitest";
import { z } from "zod";
import { and, Flow, type FlowEvent, listen, or, router, signal, start } from "../src/index.js";

const Decision = signal("decision", z.object({ ok: z.boolean(), note: z.string().default("") }));

class Desk extends Flow<typeof Desk> {
  static state = z.object({ text: z.string(), notes: z.array(z.string()).default([]) });
  @start() draft() {
    return this.state.text;
  }
  @listen("rejected") redo() {
    return `${this.state.text} ${this.state.notes.join()}`;
  }
  @router(and(or("draft", "redo"), Decision), { routes: ["approved", "rejected"] })
  decide({ decision }: { decision: { ok: boolean; note: string } }) {
    if (decision.note) this.state.notes.push(decision.note);
    return decision.ok ? "approved" : "rejected";
  }
  @listen("approved") publish() {
    return `published: ${this.state.text} ${this.state.notes.join()}`;
  }
}

test("a run waits for a signal, is driven on by it, and waits again in its loop", async () => {
  const desk = new Desk();
  const waiting = await desk.kickoff({ text: "t" });
  expect(waiting).toMatchObject({
    status: "waiting",
    waitingFor: [{ kind: "signal", name: "decision", steps: ["decide"] }],
  });
  expect((await desk.runs.get(waiting.id))?.status).toBe("waiting");
  expect(await desk.resume(waiting.id)).toMatchObject({ status: "waiting" });
  const again = await desk.signal(waiting.id, Decision, { ok: false, note: "longer" });
  expect(again.status).toBe("waiting");
  const done = await desk.signal(waiting.id, "decision", { ok: true });
  expect(done).toMatchObject({ status: "completed", output: "published: t longer" });
  await expect(desk.signal(waiting.id, Decision, { ok: true })).rejects.toMatchObject({ code: "RUN_ENDED" });
});

test("signals are checked where they enter", async () => {
  const desk = new Desk();
  const { id } = await desk.kickoff({ text: "t" });
  await expect(desk.signal(id, "decison", {})).rejects.toMatchObject({
    code: "SIGNAL_UNKNOWN",
    hint: expect.stringContaining("decision"),
  });
  await expect(desk.signal(id, "decision", { ok: "yes" })).rejects.toMatchObject({ code: "SIGNAL_INVALID" });
  await expect(desk.signal("nobody", "decision", { ok: true })).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
  expect((await desk.runs.history(id)).filter(({ entry }) => entry.type === "signal")).toHaveLength(0);
});

test("a repeated signal id is dropped; early signals are kept in order", async () => {
  const desk = new Desk();
  const { id } = await desk.kickoff({ text: "t" });
  const first = desk.signal(id, Decision, { ok: false, note: "one" }, { id: "k1" });
  const second = desk.signal(id, Decision, { ok: false, note: "one" }, { id: "k1" });
  await Promise.all([first, second]);
  const result = await desk.signal(id, Decision, { ok: true, note: "two" });
  expect(result).toMatchObject({ status: "completed", output: "published: t one,two" });
});

test("a lone signal listener is waited for until it was called", async () => {
  class Lone extends Flow {
    @start() begin() {
      return 1;
    }
    @listen(signal("go")) go(payload: unknown) {
      return payload;
    }
  }
  const flow = new Lone();
  const { id, status } = await flow.kickoff();
  expect(status).toBe("waiting");
  expect(await flow.signal(id, "go", 7)).toMatchObject({ status: "completed", output: 7 });
});

test("a signal to a live run is stored and applied there", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  class Live extends Flow<{ seen: unknown[] }> {
    override initialState = { seen: [] as unknown[] };
    @start() async long() {
      await held;
      return "long";
    }
    @listen(signal("tick")) tick(n: unknown) {
      this.state.seen.push(n);
    }
  }
  const flow = new Live();
  const begun = new Promise<void>((resolve) => void flow.events.on("step.started", () => resolve()));
  const events: FlowEvent["type"][] = [];
  flow.events.on("*", ({ type }) => events.push(type));
  const run = flow.kickoff({}, { id: "live" });
  await begun;
  expect(await flow.signal("live", "tick", 1)).toEqual({ id: "live", status: "running" });
  expect(await flow.signal("live", "tick", 2)).toEqual({ id: "live", status: "running" });
  release();
  const result = await run;
  expect(result.state.seen).toEqual([1, 2]);
  expect(events.filter((type) => type === "signal.received")).toHaveLength(2);
});

test("a waiting run is cancelled by the operator", async () => {
  const desk = new Desk();
  const { id } = await desk.kickoff({ text: "t" });
  await desk.runs.cancel(id, "not needed");
  expect((await desk.runs.get(id))?.status).toBe("cancelled");
  expect(await desk.resume(id)).toMatchObject({ status: "waiting" });
});
