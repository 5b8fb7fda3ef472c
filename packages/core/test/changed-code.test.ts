import { and, Flow, type FlowError, listen, MemoryPersistence, or, route, router, signal, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";

const Go = signal("go", z.number());

/** The flow whose runs are stored. */
class Before extends Flow<typeof Before> {
  static flowName = "changing";
  static state = z.object({ log: z.array(z.string()).default([]) });
  @start() begin() {
    this.state.log.push("begin");
    return 1;
  }
  @listen("begin") half() {
    this.state.log.push("half");
    return 2;
  }
  @listen(and("half", Go)) join({ half, go }: { half: number; go: number }) {
    return half + go;
  }
  @router("join", { routes: ["good", "bad"] }) check(sum: number) {
    return sum > 10 ? route("good", sum) : ("bad" as const);
  }
  @listen("good") finish(sum: number) {
    return `sum ${sum}`;
  }
}

/** Other steps before and between, options, an added branch. */
class Unrelated extends Flow<typeof Unrelated> {
  static flowName = "changing";
  static version = "2";
  static state = z.object({ log: z.array(z.string()).default([]), extra: z.number().default(7) });
  @listen("bad") sorry() {
    return "sorry";
  }
  @start() begin() {
    this.state.log.push("never again");
    return 1;
  }
  @start() other() {
    return "never";
  }
  @listen("good", { retry: { attempts: 2 } }) finish(sum: number) {
    this.state.log.push("finish");
    this.state.extra++;
    return `all of ${sum}`;
  }
  @listen(and(Go, "half")) join({ half, go }: { half: number; go: number }) {
    return half + go;
  }
  @router("join", { routes: ["bad", "good", "ugly"] }) check(sum: number) {
    if (sum < 0) return "ugly";
    return sum > 10 ? route("good", sum) : ("bad" as const);
  }
  @listen(or("begin", "other")) half() {
    return 2;
  }
  @listen("join") note() {
    return "noted";
  }
}

test("a run goes on where nothing that it still needs has changed", async () => {
  const persistence = new MemoryPersistence();
  const { id } = await new Before({ persistence }).kickoff({});
  const flow = new Unrelated({ persistence });
  expect(await flow.resume(id)).toMatchObject({ status: "waiting", outputs: { begin: 1, half: 2 } });
  expect(await flow.runs.get(id)).toMatchObject({ version: "2", planHash: Unrelated.plan().hash, status: "waiting" });
  const result = await flow.signal(id, Go, 9);
  expect(result).toMatchObject({
    status: "completed",
    output: "noted",
    outputs: { finish: "all of 11", check: "good" },
    state: { log: ["begin", "half", "finish"], extra: 8 },
  });
  const types = (await flow.runs.history(id)).map(({ entry }) => entry.type);
  expect(types.filter((type) => type === "migrated")).toHaveLength(1);
  // the stored result is read by whoever asks
  expect(await new Before({ persistence }).resume(id)).toMatchObject({ output: "noted" });
});

/** One flow of which only the schema of the state changes: its plan stays the same. */
function withState<S extends z.ZodType>(state: S) {
  return class Counting extends Flow<{ state: S }> {
    static flowName = "counting";
    static state = state;
    @start() begin() {
      return 1;
    }
    @listen(and("begin", signal("more"))) more() {
      return this.state;
    }
  };
}

test("the state of a run is made to fit a newer schema, and what was filled in is stored", async () => {
  const persistence = new MemoryPersistence();
  const Old = withState(z.object({ n: z.number().default(1), gone: z.string().default("x") }));
  const { id } = await new Old({ persistence }).kickoff({});
  const Newer = withState(z.object({ n: z.number(), list: z.array(z.number()).default([7]) }));
  expect(Newer.plan().hash).toBe(Old.plan().hash);
  expect(await new Newer({ persistence }).resume(id)).toMatchObject({ status: "waiting", state: { n: 1, list: [7] } });
  const types = (await persistence.history(id)).map(({ entry }) => entry.type);
  expect(types).toEqual(["started", "completed", "migrated"]);
  const result = await new Newer({ persistence }).signal(id, "more");
  expect(result).toMatchObject({ status: "completed", output: { n: 1, list: [7] } });
  expect((await persistence.history(id)).filter(({ entry }) => entry.type === "migrated")).toHaveLength(1);
});

test("a state that does not fit is told by its key, and nothing is stored", async () => {
  const persistence = new MemoryPersistence();
  const { id } = await new (withState(z.object({ n: z.number().default(1) })))({ persistence }).kickoff({});
  const before = await persistence.load(id);
  const Newer = withState(z.object({ n: z.string(), at: z.date() }));
  const error = await new Newer({ persistence }).resume(id).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: "STATE_INVALID",
    runId: id,
    details: { problems: [{ path: ["n"] }, { path: ["at"] }] },
  });
  expect(`${(error as Error).message} ${(error as FlowError).hint}`).toMatch(/n: .*at: .*runs\.migrate/s);
  expect(await persistence.load(id)).toEqual(before);
});
