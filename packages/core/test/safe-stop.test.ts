/** What a caller's `stopSignal` does to a run: it is given up as it stands, neither failed nor cancelled. */
import { once } from "node:events";
import { expect, test } from "vitest";
import { z } from "zod";
import { Flow, type FlowEvent, listen, signal, start } from "../src/index.js";
import { failure } from "./support/failure.js";
import { HandClock } from "./support/hand-clock.js";

class Steps extends Flow<{ n: number; attempts?: number }> {
  static flowName = "Steps";
  override initialState = { n: 0 };
  @start() async slow() {
    this.state.n++;
    const { abortSignal } = this.call;
    if (mode === "pass") return this.call.attempt;
    await once(abortSignal, "abort");
    if (mode === "throw") throw abortSignal.reason;
    if (mode === "hang") await new Promise(() => undefined);
    return this.call.attempt;
  }
  @listen("slow", { retry: { attempts: 2 } }) async after(attempt: number) {
    return attempt;
  }
}
/** What the step "slow" does once it is aborted; "pass": it does not wait for that. */
let mode: "finish" | "throw" | "hang" | "pass" = "pass";

/** Aborted once the step "slow" has begun and waits. */
function stopWhenSlow(flow: Flow): AbortController {
  const stop = new AbortController();
  flow.events.on("step.started", ({ step }) => {
    if (step === "slow") setImmediate(() => stop.abort());
  });
  return stop;
}

async function stoppedSoon(flow: Steps): Promise<FlowEvent[]> {
  const heard: FlowEvent[] = [];
  flow.events.on("*", (event) => void heard.push(event));
  const stop = stopWhenSlow(flow as unknown as Flow);
  const error = await failure(flow.kickoff({}, { id: "s", stopSignal: stop.signal }));
  expect(error).toMatchObject({ code: "RUN_STOPPED", runId: "s" });
  expect(await flow.runs.get("s")).toMatchObject({ status: "running", owned: false });
  return heard;
}

test.each([
  ["finish", ["run.created", "run.started", "step.started", "step.completed", "state.changed", "run.stopped"]],
  ["throw", ["run.created", "run.started", "step.started", "run.stopped"]],
  ["hang", ["run.created", "run.started", "step.started", "run.stopped"]],
] as const)("a running step may %s: its commit counts, its failure does not", async (how, events) => {
  mode = how;
  const flow = new Steps({ abortGrace: how === "hang" ? 20 : 5_000 });
  const heard = await stoppedSoon(flow);
  expect(heard.map(({ type }) => type)).toEqual(events);
  const journal = (await flow.runs.history("s")).map(({ entry }) => entry.type);
  expect(journal).toEqual(how === "finish" ? ["started", "completed"] : ["started"]);
  mode = "pass";
  expect(await flow.resume("s")).toMatchObject({ status: "completed", output: 1, state: { n: 1 } });
});

test("recover takes a stopped run up; a stream of one ends, and its result rejects", async () => {
  mode = "finish";
  const flow = new Steps();
  const stop = new AbortController();
  const stream = flow.stream({}, { stopSignal: stop.signal });
  const types: string[] = [];
  for await (const { type } of stream) {
    types.push(type);
    if (type === "step.started") stop.abort();
  }
  expect(types.at(-1)).toBe("run.stopped");
  expect(await failure(stream.result)).toMatchObject({ code: "RUN_STOPPED", runId: stream.id });
  mode = "pass";
  expect(await flow.runs.recover()).toMatchObject([{ id: stream.id, status: "completed", output: 1 }]);
});

test("a signal that was aborted before: nothing is stored, nothing is claimed, and recover starts on nothing", async () => {
  mode = "finish";
  const flow = new Steps();
  const stopSignal = AbortSignal.abort();
  const refused = await failure(flow.kickoff({}, { id: "never", stopSignal }));
  expect(refused).toMatchObject({ code: "RUN_STOPPED", runId: undefined });
  expect(await flow.runs.get("never")).toBeUndefined();
  expect(await failure(flow.continue("s", {}, { id: "never", stopSignal }))).toMatchObject({ code: "RUN_STOPPED" });
  await stoppedSoon(flow);
  expect(await failure(flow.resume("s", { stopSignal }))).toMatchObject({ code: "RUN_STOPPED", runId: "s" });
  expect(await flow.runs.recover({ stopSignal })).toEqual([]);
  expect(await flow.runs.get("s")).toMatchObject({ status: "running", owned: false });
});

class People extends Flow<{ told: string[] }> {
  static flowName = "People";
  override initialState: { told: string[] } = { told: [] };
  @start() async name() {
    return this.ask("Who?");
  }
  @start() async slow() {
    await once(this.call.abortSignal, "abort");
    this.state.told.push("slow");
  }
}

class Sleeper extends Flow<{ naps: number }> {
  static flowName = "Sleeper";
  override initialState = { naps: 0 };
  @start() async nap() {
    this.state.naps++;
    try {
      await this.sleep("5m");
      await this.sleep("1h", "long");
    } catch {
      return "woken";
    }
    return "slept";
  }
  @listen("nap") over(how: string) {
    return how;
  }
}

test("a run that comes to wait for people while it is being stopped waits, like any other", async () => {
  const flow = new People();
  const stop = stopWhenSlow(flow as unknown as Flow);
  const result = await flow.kickoff({}, { id: "p", stopSignal: stop.signal });
  expect(result).toMatchObject({ status: "waiting", waitingFor: [{ kind: "ask" }], state: { told: ["slow"] } });
  const [question] = (await flow.runs.questions()).questions;
  // the answer is stored, though its bringer wants nothing driven
  const error = await failure(flow.runs.answer(question!.id, "Ada", { stopSignal: stop.signal }));
  expect(error).toMatchObject({ code: "RUN_STOPPED", runId: "p" });
  expect(await flow.runs.recover()).toMatchObject([{ id: "p", status: "completed", outputs: { name: "Ada" } }]);
});

test("a step that sleeps is left at once, and learns nothing of it", async () => {
  const clock = new HandClock();
  const flow = new Sleeper({ clock });
  for (const [id, nap] of [
    ["first", "sleep-1"],
    ["second", "long"],
  ] as const) {
    const stop = new AbortController();
    const end = flow.events.on("timer.set", ({ key }) => {
      if (key === nap) stop.abort();
    });
    const stopped = failure(flow.kickoff({}, { id, stopSignal: stop.signal }));
    if (id === "second") expect(await clock.next()).toBe("sleep");
    expect(await stopped).toMatchObject({ code: "RUN_STOPPED" });
    end();
    expect(clock.timers).toEqual([]);
    const journal = (await flow.runs.history(id)).map(({ entry }) => entry.type);
    expect(journal).toEqual(["started", ...Array(id === "first" ? 1 : 2).fill("timer")]);
    expect(await flow.runs.get(id)).toMatchObject({ status: "running", owned: false });
  }
  expect(await flow.resume("second", { returnOnSleep: true })).toMatchObject({ status: "waiting" });
});

test("cancelled while it is being stopped: it is cancelled", async () => {
  mode = "hang";
  const clock = new HandClock();
  const flow = new Steps({ abortGrace: 200, clock });
  const [stop, abort] = [stopWhenSlow(flow as unknown as Flow), new AbortController()];
  stop.signal.addEventListener("abort", () => setImmediate(() => abort.abort()));
  const cancelled = failure(flow.kickoff({}, { id: "c", stopSignal: stop.signal, abortSignal: abort.signal }));
  await once(abort.signal, "abort");
  expect(await clock.next()).toBe("grace");
  expect((await cancelled).code).toBe("RUN_CANCELLED");
  expect((await flow.runs.get("c"))?.status).toBe("cancelled");
  mode = "pass";
  expect(await flow.resume("c")).toMatchObject({ status: "completed", output: 1 });
});

let open: () => void = () => undefined;
const opened = new Promise<void>((resolve) => {
  open = resolve;
});

class Gate extends Flow<{ seen: unknown[] }> {
  static flowName = "Gate";
  override initialState: { seen: unknown[] } = { seen: [] };
  @start() async slow() {
    await opened;
  }
  @listen(signal("go", z.number())) go(n: number) {
    this.state.seen.push(n);
    return n;
  }
}

test("a signal that comes meanwhile stays in the inbox; a session is busy until its run was resumed", async () => {
  const flow = new Gate();
  const stop = new AbortController();
  const begun = new Promise<void>((resolve) => void flow.events.on("step.started", () => resolve()));
  const first = flow.continue("s", {}, { id: "g", stopSignal: stop.signal });
  await begun;
  stop.abort();
  expect(await flow.signal("g", "go", 7)).toEqual({ id: "g", status: "running" });
  open();
  expect(await failure(first)).toMatchObject({ code: "RUN_STOPPED", runId: "g" });
  expect((await flow.runs.history("g")).map(({ entry }) => entry.type)).toEqual(["started", "completed"]);
  expect(await failure(flow.continue("s"))).toMatchObject({ code: "SESSION_BUSY", runId: "g" });
  expect(await flow.resume("g")).toMatchObject({ status: "completed", state: { seen: [7] } });
});
