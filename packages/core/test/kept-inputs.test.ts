import { type FlowDefinition, flowClass, MemoryPersistence, type StepDefinition } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { failure } from "./support/failure.js";
import { and, on, or, router, sampleFlow, signal, start } from "./support/sample-flow.js";

const turns = 400;
const given = { word: "kept", at: new Date(5), tags: new Set(["a"]) };

/** Waits for a signal after so many turns that its beginning has gone into a snapshot, then reads the inputs. */
const wheel = (keepsInputs: boolean, { last = "end", inputs = true } = {}): FlowDefinition => {
  const read: StepDefinition["invoke"] = (_flow, _payload, { inputs, output }) => [inputs, output("work")];
  const steps = {
    begin: { ...start(), invoke: () => 0 },
    work: { ...on(or("begin", "again")), invoke: (flow: object) => ++(flow as { state: { n: number } }).state.n },
    check: {
      ...router(["again", "done"], "work"),
      invoke: (_flow: object, n: unknown) => ((n as number) < turns ? "again" : "done"),
    },
    [last]: { ...on(and("done", signal("go"))), invoke: read },
  };
  const schemas = {
    ...(inputs && { inputs: z.object({ word: z.string(), at: z.date(), tags: z.set(z.string()) }) }),
    state: z.object({ n: z.number().default(0), ...(!inputs && { word: z.string() }) }),
  };
  return sampleFlow(steps, { ...schemas, name: "Wheel", signals: new Map(), keepsInputs });
};

async function waiting(keepsInputs: boolean, keepEntries?: number, parts?: object) {
  const persistence = new MemoryPersistence(keepEntries === undefined ? {} : { keepEntries });
  const made = flowClass(wheel(keepsInputs, { inputs: parts === undefined }));
  const result = await new made({ persistence }).kickoff(parts ?? given, { id: "one" });
  expect(result.status).toBe("waiting");
  expect((await persistence.load("one"))?.snapshot).toBeDefined();
  return persistence;
}

test("are there after a snapshot, for another instance", async () => {
  const persistence = await waiting(true, 1);
  const result = await new (flowClass(wheel(true)))({ persistence }).signal("one", "go");
  expect(result).toMatchObject({ status: "completed", output: [given, turns] });
});

test("are those of the original in a fork, of a run that waits and of one that has ended", async () => {
  const persistence = await waiting(true, 1);
  const flow = new (flowClass(wheel(true)))({ persistence });
  const early = await flow.runs.fork("one");
  await flow.signal("one", "go");
  const late = await flow.runs.fork("one");
  const again = await flow.runs.fork(early.id);
  for (const { id } of [early, again])
    expect(await flow.signal(id, "go")).toMatchObject({ status: "completed", output: [given, turns] });
  expect(await flow.resume(late.id)).toMatchObject({ output: [given, turns] });
});

test("come along when a run is migrated", async () => {
  const persistence = await waiting(true, 1);
  const flow = new (flowClass(wheel(true, { last: "finish" })))({ persistence });
  expect(await flow.runs.migrate("one", { rename: { end: "finish" } })).toMatchObject({ status: "migrated" });
  const later = new (flowClass(wheel(true, { last: "finish" })))({ persistence });
  expect(await later.signal("one", "go")).toMatchObject({ status: "completed", output: [given, turns] });
});

test("of a run whose flow did not keep them are read where its journal begins", async () => {
  const persistence = await waiting(false, 10_000);
  const flow = new (flowClass(wheel(true)))({ persistence });
  expect(await flow.signal("one", "go")).toMatchObject({ status: "completed", output: [given, turns] });
});

test("of a fork that was made by a flow that does not keep them are in the fork, and in forks of it", async () => {
  const persistence = await waiting(false, 10_000);
  const before = new (flowClass(wheel(false)))({ persistence });
  const fork = await before.runs.fork("one");
  const again = await before.runs.fork(fork.id);
  const flow = new (flowClass(wheel(true)))({ persistence });
  for (const { id } of [fork, again])
    expect(await flow.signal(id, "go")).toMatchObject({ status: "completed", output: [given, turns] });
});

test("are told and read though the journal begins later: where they have a schema, and where they are small", async () => {
  for (const parts of [undefined, { word: "small" }]) {
    const persistence = await waiting(false, 1, parts);
    expect((await persistence.history("one"))[0]!.seq).toBeGreaterThan(1);
    const keeping = new (flowClass(wheel(true, { inputs: parts === undefined })))({ persistence });
    expect(await keeping.runs.inputs("one")).toEqual(parts ?? given);
    expect(await keeping.signal("one", "go")).toMatchObject({ status: "completed", output: [parts ?? given, turns] });
  }
});

const large = { word: "large ".repeat(5000) };

test("that are a large part of the state are kept once; where they are gone the run is refused, and stays as it was", async () => {
  const persistence = await waiting(false, 1, large);
  const keeping = new (flowClass(wheel(true, { inputs: false })))({ persistence });
  const error = await failure(keeping.signal("one", "go"));
  expect(error).toMatchObject({ code: "PLAN_CHANGED", runId: "one" });
  expect(error.message).toContain("kept no more");
  expect(await failure(keeping.runs.inputs("one"))).toMatchObject({ code: "RUN_POSITION_GONE" });
  const before = new (flowClass(wheel(false, { inputs: false })))({ persistence });
  expect(await before.resume("one")).toMatchObject({ status: "completed", output: [undefined, turns] });
});

test("that are large are in a snapshot where steps read them", async () => {
  const data = async (keepsInputs: boolean) =>
    (await (await waiting(keepsInputs, 1, large)).load("one"))!.snapshot!.data;
  expect(await data(true)).toHaveProperty("inputs", large);
  expect(await data(false)).not.toHaveProperty("inputs");
});
