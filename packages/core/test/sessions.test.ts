import { describe, expect, test } from "vitest";
import { z } from "zod";
import { and, Flow, listen, MemoryPersistence, signal, start } from "../src/index.js";
import { failure } from "./support/failure.js";

const Answer = signal("answer", z.string());

class Chat extends Flow<typeof Chat> {
  static inputs = z.object({ message: z.string() });
  static state = z.object({ said: z.array(z.string()).default([]), turns: z.number().default(0) });
  @start() hear({ message }: { message: string }) {
    if (message === "fail") throw new Error("as asked");
    this.state.said.push(message);
    return message;
  }
  @listen("hear") reply(message: string) {
    if (message === "fail later") throw new Error("as asked");
    return ++this.state.turns;
  }
}

class Counter extends Flow<typeof Counter> {
  static state = z.object({ by: z.number(), n: z.number().default(0) });
  @start() add(inputs: { by?: number }) {
    this.state.n += this.state.by;
    return inputs;
  }
}

class Desk extends Flow<typeof Desk> {
  static state = z.object({ heard: z.array(z.string()).default([]) });
  @start() open() {
    return "?";
  }
  @listen(and("open", Answer)) hear({ answer }: { answer: string }) {
    this.state.heard.push(answer);
  }
}

describe("continue", () => {
  test("goes on from the state that the run before left, and leaves its own", async () => {
    const chat = new Chat();
    const first = await chat.continue("s1", { message: "hi" });
    expect(first).toMatchObject({ status: "completed", output: 1, state: { said: ["hi"], turns: 1 } });
    const second = await chat.continue("s1", { message: "again" }, { id: "second" });
    expect(second).toMatchObject({ id: "second", output: 2, state: { said: ["hi", "again"], turns: 2 } });
    expect(first.state.said).toEqual(["hi"]);
    expect(await chat.runs.get("second")).toMatchObject({ session: "s1", status: "completed" });
    const { runs } = await chat.runs.list({ session: "s1" });
    expect(runs.map(({ id }) => id)).toEqual(["second", first.id]);
  });

  test("keeps sessions apart, from each other, from plain runs and from those of another flow", async () => {
    const persistence = new MemoryPersistence();
    const chat = new Chat({ persistence });
    await chat.continue("s1", { message: "a" });
    await chat.kickoff({ message: "b" });
    expect((await chat.continue("s2", { message: "c" })).state.said).toEqual(["c"]);
    expect((await new Counter({ persistence }).continue("s1", { by: 2 })).state).toEqual({ by: 2, n: 2 });
    expect((await chat.continue("s1", { message: "d" })).state.said).toEqual(["a", "d"]);
  });

  test("without an inputs schema puts inputs over the state; the first run needs what kickoff needs", async () => {
    const counter = new Counter();
    expect(await failure(counter.continue("s"))).toMatchObject({ code: "RUN_INPUTS_INVALID" });
    await counter.continue("s", { by: 2 });
    const second = await counter.continue("s");
    expect(second).toMatchObject({ state: { by: 2, n: 4 }, outputs: { add: {} } });
    expect(await counter.continue("s", { by: 10 })).toMatchObject({ state: { n: 14 }, outputs: { add: { by: 10 } } });
    const unknown = await failure(counter.continue("s", { bye: 1 } as never));
    expect(unknown).toMatchObject({ code: "RUN_INPUTS_INVALID", message: expect.stringContaining('"by"') });
    expect(await failure(counter.continue("s", { by: "1" } as never))).toMatchObject({ code: "RUN_INPUTS_INVALID" });
    expect((await counter.continue("s")).state.n).toBe(24);
  });

  test("works without a schema, and without a state", async () => {
    class Tally extends Flow<{ n: number; step: number }> {
      override initialState = { n: 0, step: 1 };
      @start() add() {
        this.state.n += this.state.step;
      }
    }
    const tally = new Tally();
    await tally.continue("s");
    expect((await tally.continue("s", { step: 5 })).state).toEqual({ n: 6, step: 5 });
    class Bare extends Flow {
      @start() go(inputs: object) {
        return inputs;
      }
    }
    const bare = new Bare();
    await bare.continue("s");
    expect((await bare.continue("s")).outputs.go).toEqual({});
    expect(await failure(bare.continue("s", { n: 1 } as never))).toMatchObject({ code: "RUN_INPUTS_INVALID" });
  });

  test("goes on after a failed run from what its finished steps committed", async () => {
    const chat = new Chat();
    const failed = await failure(chat.continue("s", { message: "fail later" }));
    const { runs } = await chat.runs.list({ session: "s" });
    expect(runs).toMatchObject([{ id: failed.runId, status: "failed" }]);
    expect((await chat.continue("s", { message: "on" })).state).toEqual({ said: ["fail later", "on"], turns: 1 });
    expect((await failure(chat.continue("s", { message: "fail" }))).code).toBe("STEP_FAILED");
    expect((await chat.continue("s", { message: "x" })).state.said).toEqual(["fail later", "on", "x"]);
  });

  test("refuses a name that is none, and an id that is taken", async () => {
    const chat = new Chat();
    for (const name of ["", undefined, 5]) {
      expect((await failure(chat.continue(name as string, { message: "" }))).code).toBe("RUN_INPUTS_INVALID");
    }
    await chat.continue("s", { message: "a" }, { id: "one" });
    expect(await failure(chat.continue("s", { message: "a" }, { id: "one" }))).toMatchObject({
      code: "RUN_EXISTS",
      runId: "one",
    });
    expect((await chat.continue("s", { message: "b" })).state.said).toEqual(["a", "b"]);
  });
});

describe("one at a time", () => {
  test("a run of the session that waits is in the way until it has ended", async () => {
    const desk = new Desk();
    const waiting = await desk.continue("s", {}, { id: "one" });
    expect(waiting.status).toBe("waiting");
    expect(await failure(desk.continue("s"))).toMatchObject({
      code: "SESSION_BUSY",
      runId: "one",
      message: 'Session "s" has a run that is waiting: "one".',
      details: { session: "s", status: "waiting" },
    });
    expect((await failure(desk.continue("s", {}, { id: "one" }))).code).toBe("RUN_EXISTS");
    await desk.signal("one", Answer, "yes");
    const next = await desk.continue("s");
    expect(next).toMatchObject({ status: "waiting", state: { heard: ["yes"] } });
    await desk.runs.cancel(next.id);
    expect((await desk.continue("s")).state.heard).toEqual(["yes"]);
  });

  test("a run of the session that runs is in the way, from inside it too", async () => {
    const seen: unknown[] = [];
    class Outer extends Flow<{ n: number }> {
      override initialState = { n: 0 };
      @start() async again() {
        this.state.n++;
        if (this.state.n === 1) seen.push((await failure(this.continue("s"))).code);
      }
    }
    const outer = new Outer();
    const both = await Promise.allSettled([outer.continue("s", {}, { id: "a" }), outer.continue("s", {}, { id: "b" })]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(seen).toEqual(["SESSION_BUSY"]);
    expect((await outer.continue("s")).state.n).toBe(2);
  });

  test("of many at once, no turn is lost: each either counts or is told", async () => {
    const counter = new Counter();
    await counter.continue("s", { by: 1 });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => counter.continue("s")));
    const counted = results.filter(({ status }) => status === "fulfilled").length;
    expect(counted).toBeGreaterThan(0);
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "SESSION_BUSY" });
    }
    expect((await counter.continue("s")).state.n).toBe(counted + 2);
  });

  test("a failed run is not resumed beside another one; the session goes on from the one started last", async () => {
    const chat = new Chat();
    const failed = await failure(chat.continue("s", { message: "fail" }));
    const desk = new Desk();
    const ended = await desk.continue("s");
    await desk.runs.cancel(ended.id);
    const waiting = await desk.continue("s");
    expect(await failure(desk.resume(ended.id))).toMatchObject({ code: "SESSION_BUSY", runId: waiting.id });
    expect(await desk.runs.get(ended.id)).toMatchObject({ status: "cancelled", owned: false });
    await desk.signal(waiting.id, Answer, "yes");
    expect((await desk.resume(ended.id)).status).toBe("waiting");
    expect(await failure(desk.continue("s"))).toMatchObject({ code: "SESSION_BUSY", runId: ended.id });
    await desk.signal(ended.id, Answer, "no");
    expect((await desk.continue("s")).state.heard).toEqual(["yes"]);
    expect((await chat.continue("s", { message: "a" })).state.said).toEqual(["a"]);
    expect((await failure(chat.resume(failed.runId!))).code).toBe("STEP_FAILED");
  });
});

describe("a schema that has changed since", () => {
  const Old = z.object({ name: z.string(), gone: z.number().default(1), prefs: z.object({ dark: z.boolean() }) });
  class Before extends Flow<typeof Before> {
    static flowName = "Profile";
    static state = Old;
    @start() keep() {}
  }
  const left = async () => {
    const persistence = new MemoryPersistence();
    await new Before({ persistence }).continue("s", { name: "Ada", prefs: { dark: true } });
    return persistence;
  };

  test("has its defaults filled in, at any depth, and what it no longer names left out", async () => {
    class After extends Flow<typeof After> {
      static flowName = "Profile";
      static state = z.object({
        name: z.string(),
        prefs: z.object({ dark: z.boolean(), size: z.number().default(12) }),
        tags: z.set(z.string()).default(new Set(["new"])),
      });
      @start() keep() {
        return this.state.tags.has("new");
      }
      @listen("keep") more() {}
    }
    const result = await new After({ persistence: await left() }).continue("s");
    expect(result.state).toEqual({ name: "Ada", prefs: { dark: true, size: 12 }, tags: new Set(["new"]) });
    expect(result.outputs.keep).toBe(true);
  });

  test("names the field that does not fit; giving it mends it", async () => {
    class After extends Flow<typeof After> {
      static flowName = "Profile";
      static state = z.object({ name: z.object({ first: z.string() }), prefs: z.object({ dark: z.boolean() }) });
      @start() keep() {}
    }
    const after = new After({ persistence: await left() });
    const error = await failure(after.continue("s"));
    expect(error).toMatchObject({ code: "STATE_INVALID", details: { problems: [{ path: ["name"] }] } });
    expect((await after.continue("s", { name: { first: "Ada" } })).state.name).toEqual({ first: "Ada" });
  });

  test("transforms inputs, and what is there not a second time", async () => {
    class Worded extends Flow<typeof Worded> {
      static state = z.object({ words: z.string().transform((text) => text.split(" ")), n: z.coerce.number() });
      @start() keep() {}
    }
    const worded = new Worded();
    await worded.continue("s", { words: "a b", n: "1" });
    expect((await worded.continue("s", { n: "2" })).state).toEqual({ words: ["a", "b"], n: 2 });
    expect((await worded.continue("s", { words: "c" })).state).toEqual({ words: ["c"], n: 2 });
  });

  test("fills what is missing from initialState before the schema's defaults", async () => {
    class After extends Flow<typeof After> {
      static flowName = "Profile";
      static state = Old.extend({ visits: z.number().default(0), at: z.date().default(new Date(0)) });
      @start() keep() {}
    }
    const after = new After({ persistence: await left(), initialState: { visits: 7, name: "nobody" } });
    expect((await after.continue("s")).state).toMatchObject({ name: "Ada", visits: 7, at: new Date(0) });
  });

  test("rules on the whole state are asked", async () => {
    class After extends Flow<typeof After> {
      static flowName = "Profile";
      static state = Old.refine(({ name }) => name.length > 3, { message: "too short", path: ["name"] });
      @start() keep() {}
    }
    const after = new After({ persistence: await left() });
    expect(await failure(after.continue("s"))).toMatchObject({
      code: "STATE_INVALID",
      message: expect.stringContaining("too short"),
    });
    expect((await failure(after.continue("s", { name: "Al" }))).code).toBe("RUN_INPUTS_INVALID");
    expect((await after.continue("s", { name: "Alan" })).state.name).toBe("Alan");
  });
});
