import { expect, test } from "vitest";
import { z } from "zod";
import { and, atLeast, each, Flow, FlowError, keep, labels, listen, or, route, router, start } from "../src/index.js";

class Review extends Flow<typeof Review> {
  static state = z.object({ topic: z.string(), rounds: z.number().default(0) });
  static output = z.object({ text: z.string() });

  @start() async research() {
    return { facts: [`about ${this.state.topic}`] };
  }
  @listen(or("research", "rework")) async write(from: { facts: string[] } | { notes: string[] }) {
    this.state.rounds++;
    return { text: "facts" in from ? from.facts.join() : from.notes.join() };
  }
  @router("write", { routes: ["good", "rework"] }) check(draft: { text: string }) {
    return draft.text.length > 80 ? "good" : route("rework", { notes: [`${draft.text} and ever longer`] });
  }
  @listen(and("write", "good")) publish({ write }: { write: { text: string }; good: "good" }) {
    return write;
  }
}

test("the flow of the first page: a loop, a router, a join beside the loop", async () => {
  const result = await new Review().kickoff({ topic: "rivers" });
  expect(result.status).toBe("completed");
  if (result.status !== "completed") return;
  expect(result.output.text.length).toBeGreaterThan(80);
  expect(result.state.rounds).toBe(6);
  expect(result.state.topic).toBe("rivers");
  expect(result.outputs.write).toEqual(result.output);
  expect(result.outputs.check).toBe("good");
  expect(Object.isFrozen(result.state)).toBe(true);
});

test("a completed run resumed answers its stored result", async () => {
  const flow = new Review();
  const result = await flow.kickoff({ topic: "rivers" });
  const again = await flow.resume(result.id);
  expect(again).toEqual(result);
});

test("two runs of one instance at once do not touch, with fields and #private members", async () => {
  class Counter extends Flow<typeof Counter> {
    static state = z.object({ name: z.string(), n: z.number().default(0) });
    #greeting = "hi";
    seen: string[] = [];
    @start() async first() {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
      this.state.n++;
      return this.#greet();
    }
    @listen("first") async second(greeting: string) {
      await null;
      this.state.n++;
      this.seen.push(this.state.name);
      return `${greeting} ${this.call.number}`;
    }
    #greet() {
      return `${this.#greeting} ${this.state.name}`;
    }
  }
  const flow = new Counter();
  const results = await Promise.all(["a", "b", "c", "d"].map((name) => flow.kickoff({ name })));
  expect(results.map(({ state }) => [state.name, state.n])).toEqual([
    ["a", 2],
    ["b", 2],
    ["c", 2],
    ["d", 2],
  ]);
  expect(results.map(({ outputs }) => outputs.second)).toEqual(["hi a 1", "hi b 1", "hi c 1", "hi d 1"]);
  expect(flow.seen.sort()).toEqual(["a", "b", "c", "d"]);
});

test("an inherited, overridden and underscore-named step keeps its wiring", async () => {
  class Base extends Flow<{ log: string[] }> {
    override initialState = { log: [] as string[] };
    @start() _begin() {
      this.state.log.push("base begin");
      return 1;
    }
    @listen("_begin") protected next(n: number) {
      this.state.log.push(`base next ${n}`);
      return n + 1;
    }
  }
  class Child extends Base {
    override _begin() {
      super._begin();
      return 10;
    }
    @listen((flow) => flow.next) last(n: number) {
      this.state.log.push(`last ${n}`);
      return n;
    }
  }
  const result = await new Child().kickoff();
  expect(result.state.log).toEqual(["base begin", "base next 10", "last 11"]);
  expect(result.output).toBe(11);
});

test("conflicting parallel writes fail with both steps and the path; retry tries on fresh state", async () => {
  class Clash extends Flow<typeof Clash> {
    static state = z.object({ n: z.number().default(0) });
    @start() async a() {
      this.state.n++;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    @start({ retry: { attempts: 2, delay: 1 } }) async b() {
      this.state.n++;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  const result = await new Clash().kickoff();
  expect(result.state.n).toBe(2);
  class NoRetry extends Clash {
    @start() override async b() {
      this.state.n++;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  const error = await new NoRetry().kickoff().catch((e) => e);
  expect(FlowError.is(error, "STATE_CONFLICT")).toBe(true);
  expect(error.message).toContain("a");
  expect(error.message).toContain("b");
  expect(error.message).toContain("n");
});

test("nested conditions, atLeast, each, keep and several labels", async () => {
  const log: string[] = [];
  class Nested extends Flow {
    @start() a() {
      return "a";
    }
    @start() b() {
      return "b";
    }
    @start() c() {
      return "c";
    }
    @listen(and("a", or("b", "c"))) one(x: { a: string; b?: string; c?: string }) {
      log.push(`one ${Object.keys(x).join("")}`);
    }
    @listen(atLeast(2, "a", "b", "c")) two(x: { a?: string; b?: string; c?: string }) {
      log.push(`two ${Object.keys(x).length}`);
    }
    @listen(each("a", "b", "c")) three(x: string) {
      log.push(`three ${x}`);
    }
    @router("c", { routes: ["x", "y"] }) r() {
      return labels("x", route("y", 5));
    }
    @listen("x") four(x: "x") {
      log.push(`four ${x}`);
    }
    @listen("y") five(y: number) {
      log.push(`five ${y}`);
    }
    @listen(and(keep("a"), "y")) six(x: { a: string; y: number }) {
      log.push(`six ${x.a}${x.y}`);
    }
  }
  const result = await new Nested().kickoff();
  expect(result.status).toBe("completed");
  expect(log.sort()).toEqual(["five 5", "four x", "one ab", "six a5", "three a", "three b", "three c", "two 2"].sort());
});

test("inputs: schema, unknown keys, missing keys, state without schema", async () => {
  class Typed extends Flow<typeof Typed> {
    static inputs = z.object({ count: z.coerce.number(), tag: z.string().default("t") });
    static state = z.object({ total: z.number().default(0) });
    @start() add(inputs: { count: number; tag: string }) {
      this.state.total += inputs.count;
      return inputs;
    }
  }
  const result = await new Typed().kickoff({ count: "5" });
  expect(result.outputs.add).toEqual({ count: 5, tag: "t" });
  const unknown = await new Typed().kickoff({ count: 1, tagg: "x" } as any).catch((e) => e);
  expect(unknown).toMatchObject({ code: "RUN_INPUTS_INVALID" });
  expect(unknown.message).toContain("tag");
  await expect(new Typed().kickoff({} as any)).rejects.toMatchObject({ code: "RUN_INPUTS_INVALID" });
  await expect(new Review().kickoff({ topic: "x", roundz: 1 } as any)).rejects.toMatchObject({
    code: "RUN_INPUTS_INVALID",
  });
});

test("plan problems are all told before anything runs", async () => {
  const unchecked_: any = listen;
  class Bad extends Flow {
    @start() begin() {
      return 1;
    }
    @unchecked_("begn") next() {}
    @unchecked_("other") more() {}
  }
  const error = await new Bad().kickoff().catch((e) => e);
  expect(error).toMatchObject({ code: "PLAN_INVALID" });
  expect(error.details.problems).toHaveLength(2);
  expect(error.message).toContain('"begin"');
});

test("a given id that exists", async () => {
  const flow = new Review();
  await flow.kickoff({ topic: "x" }, { id: "mine" });
  await expect(flow.kickoff({ topic: "x" }, { id: "mine" })).rejects.toMatchObject({
    code: "RUN_EXISTS",
    runId: "mine",
  });
});

test("this.state outside a step", () => {
  expect(() => new Review().state).toThrow(expect.objectContaining({ code: "STATE_OUTSIDE_STEP" }));
});

test("the output is that of the terminal step defined last among those with a value", async () => {
  class Leaves extends Flow {
    @start() begin() {
      return "begin";
    }
    @listen("begin") first() {
      return "first";
    }
    @listen("begin") async slow() {
      await new Promise((r) => setTimeout(r, 5));
    }
    @router("begin", { routes: ["nobody"] }) unheard() {
      return "nobody" as const;
    }
  }
  expect((await new Leaves().kickoff()).output).toBe("first");
});
