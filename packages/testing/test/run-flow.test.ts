/** `runFlow`: a run from kickoff to its end, with what a test puts in the place of the world. */
import { runFlow } from "@millrace/testing";
import { and, approval, Flow, type FlowOptions, listen, or, router, signal, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const day = 86_400_000;

describe("questions", () => {
  class Trip extends Flow<typeof Trip> {
    static state = z.object({ days: z.number().default(0) });
    @start() async plan() {
      this.state.days = await this.ask("How long?", { schema: z.number().int() });
      const hotel = await this.ask("Which hotel?", { key: "hotel", timeout: "5d" });
      return hotel.answered ? hotel.value : "none";
    }
  }

  test.each([
    ["a function", (question: { prompt: string }) => (question.prompt === "How long?" ? 3 : "Ritz")],
    ["keys", { "ask-1": 3, hotel: "Ritz" }],
    ["prompts", { "How long?": 3, "Which hotel?": () => "Ritz" }],
    ["the key before the step", { plan: 3, hotel: "Ritz" }],
  ])("are answered by %s", async (_, answers) => {
    const run = await runFlow(Trip, { answers });
    expect(run).toMatchObject({ status: "completed", output: "Ritz", state: { days: 3 }, elapsedMs: 0 });
  });

  test("what has no answer is waited for, or its time passes", async () => {
    const waits = await runFlow(Trip, { answers: { hotel: "Ritz" } });
    expect(waits).toMatchObject({ status: "waiting", waitingFor: [{ kind: "ask", prompt: "How long?" }] });
    const late = await runFlow(Trip, { answers: { "ask-1": 2 } });
    expect(late).toMatchObject({ status: "completed", output: "none", state: { days: 2 }, elapsedMs: 5 * day });
  });

  test("approvals are decided by step or prompt; silence comes when the time has passed", async () => {
    class Desk extends Flow {
      @start() @router() review() {
        const onTimeout = { outcome: "no", feedback: "nobody" } as const;
        return approval("draft", {
          message: "Ok?",
          outcomes: ["yes", "no"],
          schema: z.string(),
          timeout: "2d",
          onTimeout,
        });
      }
      @listen(or("yes", "no")) end(feedback: string) {
        return feedback;
      }
    }
    for (const name of ["review", "Ok?"]) {
      const run = await runFlow(Desk, { answers: { [name]: { outcome: "yes", feedback: "fine" } } });
      expect(run).toMatchObject({ status: "completed", output: "fine", elapsedMs: 0 });
    }
    const silent = await runFlow(Desk);
    expect(silent).toMatchObject({ status: "completed", output: "nobody", elapsedMs: 2 * day });
  });

  test("an answer that does not fit is thrown", async () => {
    const run = runFlow(Trip, { answers: { "ask-1": "three" } });
    await expect(run).rejects.toMatchObject({ code: "ANSWER_INVALID", message: expect.stringContaining("How long?") });
  });

  test("an answer comes before what sleeps beside it", async () => {
    class Beside extends Flow {
      @start() async sleeper() {
        await this.sleep("9d");
        return "slept";
      }
      @start() async asker() {
        return this.ask("Well?");
      }
      @listen(or("sleeper", "asker")) first(what: string) {
        return what;
      }
    }
    const run = await runFlow(Beside, { answers: { asker: "said" } });
    expect(run.outputs.first).toBe("said");
  });
});

describe("signals", () => {
  const Decision = signal("decision", z.object({ ok: z.boolean() }));
  class Purchase extends Flow<typeof Purchase> {
    static state = z.object({ asked: z.number().default(0) });
    @start() begin() {}
    @listen(or("begin", "no")) request() {
      return ++this.state.asked;
    }
    @router(and("request", Decision), { routes: ["yes", "no"] }) decide({ decision }: { decision: { ok: boolean } }) {
      return decision.ok ? "yes" : "no";
    }
    @listen("yes") order() {
      return `after ${this.state.asked}`;
    }
  }

  test("by name, once; the run waits for more", async () => {
    expect(await runFlow(Purchase, { signals: { decision: { ok: true } } })).toMatchObject({ output: "after 1" });
    const waits = await runFlow(Purchase, { signals: { decision: { ok: false } } });
    expect(waits).toMatchObject({ status: "waiting", state: { asked: 2 }, waitingFor: [{ name: "decision" }] });
  });

  test("by a function, whenever the run waits; by a list, in order", async () => {
    const asked = await runFlow(Purchase, { signals: { decision: (count: number) => ({ ok: count === 3 }) } });
    expect(asked).toMatchObject({ status: "completed", output: "after 3" });
    const signals = [
      { signal: Decision, payload: { ok: false } },
      { signal: "decision", payload: { ok: true } },
    ];
    expect(await runFlow(Purchase, { signals })).toMatchObject({ output: "after 2" });
  });

  test("at a time, and after a step", async () => {
    class Paid extends Flow {
      @start() async remind() {
        await this.sleep("3d");
        return "reminded";
      }
      @listen(signal("paid")) pay() {
        return "paid";
      }
    }
    const order = async (more: object) => {
      const { history } = await runFlow(Paid, { signals: [{ signal: "paid", ...more }] });
      return history.flatMap(({ entry }) => (entry.type === "completed" ? [entry.step] : []));
    };
    expect(await order({ at: "1h" })).toEqual(["pay", "remind"]);
    expect(await order({ at: "4d" })).toEqual(["remind", "pay"]);
    expect(await order({ after: "remind" })).toEqual(["remind", "pay"]);
    expect(await order({ after: "remind", at: "1h" })).toEqual(["remind", "pay"]);
  });

  test("one that comes too late is dropped", async () => {
    class Paid extends Flow {
      @start() async remind() {
        await this.sleep("3d");
      }
      @listen(or("remind", signal("paid"))) end() {}
    }
    const run = await runFlow(Paid, { signals: [{ signal: "paid", at: "4d" }] });
    expect(run).toMatchObject({ status: "completed", elapsedMs: 3 * day });
    expect(run.history.map(({ entry }) => entry.type)).not.toContain("signal");
  });
});

describe("replacements", () => {
  class Quote extends Flow<typeof Quote> {
    static state = z.object({ calls: z.number().default(0) });
    readonly currency = "EUR";
    @start() async price(): Promise<{ cents: number }> {
      throw new Error("no network in tests");
    }
    @listen("price") async *tell({ cents }: { cents: number }): AsyncGenerator<string, string> {
      yield "…";
      return `${cents} ${this.currency}`;
    }
  }

  test("take a step's place: with its payload, its state, its chunks", async () => {
    const run = await runFlow(Quote, {
      replace: {
        price() {
          this.state.calls++;
          return { cents: 5 };
        },
      },
    });
    expect(run).toMatchObject({ output: "5 EUR", state: { calls: 1 } });
    const chunks = await runFlow(Quote, {
      replace: {
        price: async () => ({ cents: 7 }),
        async *tell({ cents }) {
          yield "a";
          yield "b";
          return `${cents} in all`;
        },
      },
    });
    expect(chunks.output).toBe("7 in all");
    const told = chunks.events.flatMap((event) => (event.type === "output.chunk" ? [event.chunk] : []));
    expect(told).toEqual(["a", "b"]);
  });

  test("two runs of one class at once do not touch, and the class is as it was", async () => {
    const runs = [1, 2].map((cents) => runFlow(Quote, { replace: { price: () => ({ cents }) } }));
    expect((await Promise.all(runs)).map(({ output }) => output)).toEqual(["1 EUR", "2 EUR"]);
    expect(await runFlow(Quote)).toMatchObject({
      status: "failed",
      error: { code: "STEP_FAILED", message: 'Step "price" failed: no network in tests' },
      outputs: {},
      state: { calls: 0 },
    });
  });

  test("of a step that there is not", async () => {
    const misspelt = { prise: () => ({ cents: 1 }) } as object;
    await expect(runFlow(Quote, { replace: misspelt })).rejects.toMatchObject({
      code: "TEST_OPTION_INVALID",
      message: '`replace` names "prise", which is no step of flow "Quote".',
      hint: 'Did you mean "price"?',
    });
  });
});

describe("what is given", () => {
  class Greeting extends Flow<typeof Greeting> {
    static inputs = z.object({ name: z.string() });
    readonly word: string;
    constructor(word: string, options?: FlowOptions<typeof Greeting>) {
      super(options);
      this.word = word;
    }
    @start() greet({ name }: { name: string }) {
      return `${this.word} ${name}`;
    }
  }

  test("a function makes the flow, with what it needs", async () => {
    const run = await runFlow((options) => new Greeting("hello", options), { inputs: { name: "Ada" }, id: "one" });
    expect(run).toMatchObject({ id: "one", output: "hello Ada" });
  });

  test("a flow that does not take the kit's options is refused, and inputs that do not fit are", async () => {
    await expect(runFlow(() => new Greeting("hello"))).rejects.toMatchObject({ code: "TEST_OPTION_INVALID" });
    const wrong = runFlow((options) => new Greeting("hello", options), { inputs: { nam: "Ada" } as never });
    await expect(wrong).rejects.toMatchObject({ code: "RUN_INPUTS_INVALID" });
  });

  test("signals that nobody waits for", async () => {
    const wrong = runFlow((options) => new Greeting("hello", options), { signals: { go: 1 } });
    await expect(wrong).rejects.toMatchObject({ code: "TEST_OPTION_INVALID", details: { given: "go" } });
  });
});
