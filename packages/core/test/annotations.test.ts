/** What whoever drives a run keeps beside it, in its journal. */
import { Flow, type FlowEvent, listen, MemoryPersistence, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";

const store = () => new MemoryPersistence();

class Telling extends Flow<typeof Telling> {
  static state = z.object({ told: z.array(z.string()).default([]) });

  @start() async begin() {
    this.emit("a");
    this.emit("b");
    this.state.told.push("begun");
  }
  @listen("begin") async end() {
    this.emit("c");
    return this.ask("Well?");
  }
}

/** Keeps what steps emit. */
function scribe(flow: { events: { on(type: "output.chunk", handler: (event: FlowEvent) => void): void } }) {
  const said: unknown[] = [];
  flow.events.on("output.chunk", (event) => said.push((event as { chunk: unknown }).chunk));
  return () => (said.length > 0 ? said.splice(0) : undefined);
}

async function all(told: AsyncIterable<{ readonly value: unknown }>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const { value } of told) values.push(value);
  return values;
}

test("is written with what comes after it, and read in order by anybody", async () => {
  const persistence = store();
  let take: () => unknown = () => undefined;
  const flow = new Telling({ persistence, annotate: () => take() });
  take = scribe(flow);
  const positions: (number | undefined)[] = [];
  flow.events.on("*", (event) => event.position !== undefined && positions.push(event.position));
  const waiting = await flow.kickoff({}, { id: "r1" });
  expect(waiting.status).toBe("waiting");
  const other = new Telling({ persistence });
  expect(await all(other.runs.annotations("r1"))).toEqual([["a", "b"], ["c"]]);
  expect(await all(other.runs.annotations("r1", { after: 3 }))).toEqual([["c"]]);
  const [question] = (await other.runs.questions()).questions;
  const done = await flow.runs.answer(question!.id, "well");
  expect(done.status).toBe("completed");
  expect(await all(other.runs.annotations("r1"))).toEqual([["a", "b"], ["c"], ["c"]]);
  // the entries of a run are told at the positions at which they stand
  const journal = await other.runs.history("r1");
  expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_, i) => i + 1));
  const told: number[] = [];
  for await (const { position } of other.runs.events("r1")) told.push(position);
  expect(positions).toEqual(told);
  expect((await other.runs.stateAt("r1")).told).toEqual(["begun"]);
});

test("is written while a step goes on, and told to whoever follows", async () => {
  const persistence = store();
  let goOn: () => void = () => undefined;
  const told = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  class Slow extends Flow<typeof Slow> {
    @start() async speak() {
      this.emit("so much");
      await told;
      this.emit("depends");
    }
  }
  let take: () => unknown = () => undefined;
  const flow = new Slow({ persistence, annotate: () => take() });
  take = scribe(flow);
  const run = flow.kickoff({}, { id: "r1" });
  const heard: unknown[] = [];
  for await (const { value } of new Slow({ persistence }).runs.annotations("r1", { follow: true })) {
    heard.push(value);
    goOn();
  }
  await run;
  expect(heard).toEqual([["so much"], ["depends"]]);
});

test("a promise is waited for before anything is written", async () => {
  const persistence = store();
  let first = true;
  const flow = new Telling({
    persistence,
    annotate: () => {
      if (!first) return undefined;
      first = false;
      return new Promise((resolve) => setTimeout(() => resolve("late"), 20));
    },
  });
  await flow.kickoff({}, { id: "r1" });
  const rows = await flow.runs.history("r1");
  expect(rows.map(({ entry }) => entry.type)).toEqual(["started", "annotated", "completed", "asked", "parked"]);
});

test("is told how the run comes to rest, before it does", async () => {
  const persistence = store();
  const told: unknown[] = [];
  const annotate = (runId: string, rest?: string) => {
    if (rest) told.push([runId, rest]);
    return rest;
  };
  class Failing extends Telling {
    @listen("end") fail() {
      throw new Error("no");
    }
  }
  const flow = new Failing({ persistence, annotate });
  await flow.kickoff({}, { id: "r1" });
  const [question] = (await flow.runs.questions()).questions;
  await expect(flow.runs.answer(question!.id, "well")).rejects.toThrow("no");
  await flow.kickoff({}, { id: "r2" });
  await flow.runs.cancel("r2");
  expect(told).toEqual([
    ["r1", "waiting"],
    ["r1", "failed"],
    ["r2", "waiting"],
    ["r2", "cancelled"],
  ]);
  expect(await all(flow.runs.annotations("r1"))).toEqual(["waiting", "failed"]);
  const rows = await flow.runs.history("r1");
  expect(rows.map(({ entry }) => entry.type)).toEqual([
    "started",
    "completed",
    "asked",
    "annotated",
    "parked",
    "answered",
    "completed",
    "failed",
    "annotated",
    "ended",
  ]);
  const after = new Telling({ persistence, annotate });
  await after.kickoff({}, { id: "r3" });
  const [other] = (await after.runs.questions({ runId: "r3" })).questions;
  await after.runs.answer(other!.id, "well");
  expect(told.slice(4)).toEqual([
    ["r3", "waiting"],
    ["r3", "completed"],
  ]);
});

test("what can't be kept, and what throws, is logged and harms nothing", async () => {
  const errors: string[] = [];
  const nothing = () => undefined;
  const logger = { debug: nothing, info: nothing, warn: nothing, error: (message: string) => errors.push(message) };
  for (const annotate of [() => nothing, () => Promise.reject(new Error("no")), broken]) {
    const flow = new Telling({ persistence: store(), logger: logger as never, annotate });
    expect((await flow.kickoff({})).status).toBe("waiting");
  }
  expect(new Set(errors)).toEqual(new Set(["an annotation can't be kept"]));
});

function broken(): never {
  throw new Error("no");
}
