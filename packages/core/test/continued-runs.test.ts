import { Flow, flowClass, listen, MemoryPersistence, signal, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { failure } from "./support/failure.js";

const Go = signal("go");

/** What the line "slow" waits for. */
let held: Promise<unknown> = Promise.resolve();

class Tale extends Flow<typeof Tale> {
  static state = z.object({ line: z.string(), text: z.array(z.string()).default([]) });
  @start() async write() {
    this.state.text.push(this.state.line);
    if (this.state.line === "slow") await held;
    if (this.state.line === "broken") throw new Error("as asked");
  }
  @listen("write") again() {
    return this.state.text.join(" ");
  }
}

class Wait extends Flow<typeof Wait> {
  static state = z.object({ n: z.number().default(0) });
  @start() begin() {
    return ++this.state.n;
  }
  @listen(Go) end() {
    return ++this.state.n;
  }
}

describe("a run that continues another one", () => {
  test("begins on the state that it left, and names it", async () => {
    const tale = new Tale();
    const one = await tale.kickoff({ line: "one" }, { id: "one" });
    const two = await tale.kickoff({ line: "two" }, { continues: one.id, id: "two" });
    expect(two).toMatchObject({ id: "two", status: "completed", output: "one two" });
    expect((await tale.kickoff({ line: "three" }, { continues: "two" })).output).toBe("one two three");
    const { position } = (await tale.runs.get("one"))!;
    expect(await tale.runs.get("two")).toMatchObject({ continues: { run: "one", position } });
    expect((await tale.resume("one")).state.text).toEqual(["one"]);
    expect((await tale.runs.get("one"))?.continues).toBeUndefined();
  });

  test("branches when it names an older one, and two at once do not touch", async () => {
    const tale = new Tale();
    await tale.kickoff({ line: "a" }, { id: "a" });
    await tale.kickoff({ line: "b" }, { id: "b", continues: "a" });
    const both = await Promise.all(["c", "d"].map((line) => tale.kickoff({ line }, { id: line, continues: "a" })));
    expect(both.map(({ output }) => output)).toEqual(["a c", "a d"]);
    const { runs } = await tale.runs.list({ continues: "a" });
    expect(runs.map(({ id }) => id).sort()).toEqual(["b", "c", "d"]);
    expect((await tale.runs.list({ continues: "b" })).runs).toEqual([]);
  });

  test("takes the inputs that there are, and none of another kind", async () => {
    const tale = new Tale();
    await tale.kickoff({ line: "a" }, { id: "a" });
    // what is not given stays as it was left
    const none = {} as { line: string };
    expect((await tale.kickoff(none, { continues: "a" })).output).toBe("a a");
    // @ts-expect-error a line is a text
    const wrong = tale.kickoff({ line: 5 }, { continues: "a" });
    expect((await failure(wrong)).code).toBe("RUN_INPUTS_INVALID");
    expect((await failure(tale.kickoff(none))).code).toBe("RUN_INPUTS_INVALID");
  });

  test("takes what a failed one has committed, and what a waiting one has so far", async () => {
    const tale = new Tale();
    await tale.kickoff({ line: "a" }, { id: "a" });
    const error = await failure(tale.kickoff({ line: "broken" }, { id: "broken", continues: "a" }));
    expect(error.runId).toBe("broken");
    expect((await tale.kickoff({ line: "b" }, { continues: "broken" })).output).toBe("a b");
    const wait = new Wait();
    await wait.kickoff({}, { id: "w" });
    const next = await wait.kickoff({}, { continues: "w", id: "next" });
    expect(next).toMatchObject({ status: "waiting", state: { n: 2 } });
    expect((await wait.signal("w", Go, undefined)) as object).toMatchObject({ status: "completed", output: 2 });
    expect((await wait.runs.get("next"))?.continues).toMatchObject({ run: "w" });
  });

  test("is refused where the other one runs, is unknown, or of another flow", async () => {
    const persistence = new MemoryPersistence();
    const tale = new Tale({ persistence });
    let release = () => {};
    held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stream = tale.stream({ line: "slow" }, { id: "slow" });
    const running = await failure(tale.kickoff({ line: "b" }, { continues: "slow", id: "b" }));
    expect(running).toMatchObject({ code: "RUN_NOT_AT_REST", runId: "slow" });
    release();
    await stream.result;
    expect((await tale.kickoff({ line: "b" }, { continues: "slow", id: "b" })).output).toBe("slow b");
    expect((await failure(tale.kickoff({ line: "b" }, { continues: "nobody" }))).code).toBe("RUN_NOT_FOUND");
    await new Wait({ persistence }).kickoff({}, { id: "w" });
    expect((await failure(tale.kickoff({ line: "b" }, { continues: "w" }))).code).toBe("RUN_FLOW_MISMATCH");
    expect((await failure(tale.kickoff({ line: "b" }, { continues: 5 as never }))).code).toBe("RUN_INPUTS_INVALID");
    expect((await failure(tale.kickoff({ line: "c" }, { continues: "slow", id: "b" }))).code).toBe("RUN_EXISTS");
    expect((await persistence.list({})).runs.map(({ id }) => id).sort()).toEqual(["b", "slow", "w"]);
  });

  test("is streamed under an id that is known at once, and stopped before it has begun", async () => {
    const tale = new Tale();
    await tale.kickoff({ line: "a" }, { id: "a" });
    const stream = tale.stream({ line: "b" }, { continues: "a", id: "b" });
    expect(stream.id).toBe("b");
    const types: string[] = [];
    for await (const { type } of stream) types.push(type);
    expect([types[0], types.at(-1)]).toEqual(["run.created", "run.completed"]);
    expect((await stream.result).output).toBe("a b");
    const stopped = tale.stream({ line: "slow" }, { continues: "a", id: "c" });
    stopped.cancel("no more");
    expect(await failure(stopped.result)).toMatchObject({ code: "RUN_CANCELLED", runId: "c" });
  });

  test("a schema of later code fills in its defaults", async () => {
    const persistence = new MemoryPersistence();
    await new Tale({ persistence }).kickoff({ line: "a" }, { id: "a" });
    class Later extends Tale {
      static override state = z.object({
        line: z.string(),
        text: z.array(z.string()).default([]),
        mood: z.string().default("calm"),
      });
      static flowName = "Tale";
    }
    const result = await new Later({ persistence }).kickoff({ line: "b" }, { continues: "a" });
    expect(result.state).toEqual({ line: "b", text: ["a", "b"], mood: "calm" });
    const Picky = flowClass({
      name: "Tale",
      state: z.object({ line: z.string(), text: z.string() }),
      signals: new Map(),
      steps: [{ name: "write", starts: true, conditions: [], router: false, invoke: () => 1 }],
    });
    const refused = await failure(new Picky({ persistence }).kickoff({}, { continues: "a" }));
    expect(refused).toMatchObject({ code: "STATE_INVALID" });
    expect(refused.message).toContain("text");
  });
});
