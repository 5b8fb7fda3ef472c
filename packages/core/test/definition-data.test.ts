import {
  approval,
  Flow,
  type FlowError,
  type FlowSpec,
  flowClass,
  fromDefinition,
  type Implementations,
  listen,
  lowerFlow,
  MemoryPersistence,
  or,
  orElse,
  outcomeOf,
  ref,
  router,
  signal,
  start,
  template,
} from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { failure } from "./support/failure.js";

const throughText = <T>(data: T): T => JSON.parse(JSON.stringify(data));
const Legal = signal("legal", z.object({ by: z.string() }));

class Review extends Flow<typeof Review> {
  static version = "2";
  static state = z.object({ topic: z.string().min(2), rounds: z.number().default(0) });
  static output = z.object({ text: z.string() });
  static merge = { rounds: "sum" } as const;

  @start() research() {
    return [`about ${this.state.topic}`];
  }
  @listen(or("research", "rework"), { retry: { attempts: 2, delay: 5 }, timeout: "1s" }) write() {
    this.state.rounds++;
    return { text: `${this.state.topic} ${this.state.rounds}` };
  }
  @router("write", { when: (state) => state.rounds < 9 }) check() {
    return this.state.rounds > 2 ? "good" : "rework";
  }
  @listen(or("good", Legal)) publish() {
    return { text: `${this.state.rounds} rounds` };
  }
}

/** What a function of its own does for each step of a Review. */
const forReview: Implementations = {
  steps: {
    research: (inputs: { topic: string }) => [`about ${inputs.topic}`],
    write(_from: unknown, { state }) {
      state.rounds++;
      return { text: `${state.topic} ${state.rounds}` };
    },
    check: (_draft: unknown, { state }) => (state.rounds > 2 ? "good" : "rework"),
    publish: (_good: unknown, { state }) => ({ text: `${state.rounds} rounds` }),
  },
  when: { check: (state) => state.rounds < 9 },
};

describe("a class, written down and read again", () => {
  test("is plain JSON", () => {
    const data = Review.toDefinition();
    expect(throughText(data)).toEqual(data);
    expect(data).toMatchObject({
      format: 1,
      name: "Review",
      version: "2",
      merge: { rounds: "sum" },
      state: { json: { type: "object", required: ["topic"], additionalProperties: false } },
      signals: [{ name: "legal", schema: { json: { required: ["by"] } } }],
    });
    expect(data.steps[2]).toEqual({
      name: "check",
      run: { reference: "Review.check" },
      conditions: [{ kind: "name", name: "write" }],
      router: true,
      literals: ["good", "rework"],
      when: { reference: "Review.check.when" },
    });
  });

  test("has the same plan, takes the same inputs, comes to the same end", async () => {
    const Again = await fromDefinition(throughText(Review.toDefinition()), forReview);
    expect(Again.plan()).toEqual(Review.plan());
    const results = [await new Review().kickoff({ topic: "ice" }), await new Again().kickoff({ topic: "ice" })];
    for (const result of results)
      expect(result).toMatchObject({ status: "completed", output: { text: "3 rounds" }, state: { rounds: 3 } });
    const refused = await failure(new Again().kickoff({ topic: "x" }));
    expect(refused.code).toBe("RUN_INPUTS_INVALID");
    expect((await failure(new Again().kickoff({ topic: "ice", more: 1 }))).code).toBe("RUN_INPUTS_INVALID");
    expect(Again.toDefinition()).toEqual(Review.toDefinition());
  });

  test("goes on with what the class has stored", async () => {
    class Asks extends Flow {
      static flowName = "Asks";
      @router({ routes: ["yes", "no"] }) @start() put() {
        return approval("fine", { message: "Is it?", outcomes: ["yes", "no"] });
      }
      @listen("yes") end() {
        return "by the class";
      }
    }
    const persistence = new MemoryPersistence();
    await new Asks({ persistence }).kickoff({}, { id: "one" });
    const Again = await fromDefinition(Asks.toDefinition(), {
      steps: { put: () => "no", end: () => "by a function" },
    });
    const flow = new Again({ persistence });
    const [question] = (await flow.runs.questions()).questions;
    await flow.runs.answer(question!.id, { outcome: "yes" });
    expect(await flow.resume("one")).toMatchObject({ status: "completed", output: "by a function" });
  });
});

describe("references", () => {
  const steps: FlowSpec["steps"] = [
    { name: "parse", run: ({ text }: { text: string }) => text.split(" "), with: { text: ref("input.text") } },
    { name: "odd", run: () => "odd", with: {}, when: ({ input }) => (input as { text: string }).text.length % 2 === 1 },
    {
      name: "load",
      run: (given: object) => given,
      with: {
        first: ref("parse.0"),
        note: template`${ref("parse.1")} of ${ref("input.text")}`,
        odd: orElse(ref("odd"), "even"),
        how: outcomeOf(ref("odd")),
        fixed: { list: [1, null, true], $own: "key" },
      },
      params: z.object({
        first: z.string(),
        note: z.string(),
        odd: z.string(),
        how: z.looseObject({}),
        fixed: z.object({ list: z.array(z.unknown()), $own: z.string() }),
      }),
      after: [{ step: "parse" }],
    },
    { name: "last", run: (inputs: { text: string }) => inputs.text.length, after: [{ step: "load" }] },
  ];
  const spec: FlowSpec = {
    name: "refs",
    input: z.object({ text: z.string() }),
    steps,
    result: { load: ref("load"), length: ref("last") },
  };
  const code = Object.fromEntries(steps.map(({ name, run }) => [name, run]));

  test("are written down and read again", async () => {
    const Original = flowClass(lowerFlow(spec));
    const data = throughText(Original.toDefinition());
    const Again = await fromDefinition(data, {
      steps: code,
      when: { odd: (_state, _payload, { inputs }) => (inputs as { text: string }).text.length % 2 === 1 },
    });
    expect(Again.plan()).toEqual(Original.plan());
    expect(Again.toDefinition()).toEqual(data);
    for (const text of ["a b", "ab cd e"]) {
      const [one, two] = [await new Original().kickoff({ text }), await new Again().kickoff({ text })];
      expect(one.status).toBe("completed");
      expect(two.output).toEqual(one.output);
      expect(two.outputs).toEqual(one.outputs);
    }
  });

  test("beside what JSON does not have", () => {
    const dated = flowClass(
      lowerFlow({ name: "dated", steps: [{ name: "a", run: () => 1, with: { at: new Date() } }] }),
    );
    expect(() => dated.toDefinition()).toThrow(/step "a" of flow "dated".*Date/);
  });

  test("that are not such", async () => {
    const data = throughText(flowClass(lowerFlow(spec)).toDefinition());
    for (const wrong of [
      { $ref: "parse" },
      { $ref: [] },
      { $ref: ["a"], more: 1 },
      { $template: { texts: [], values: [] } },
      { $x: 1 },
    ]) {
      const broken = throughText(data) as any;
      broken.steps[0].run.with = { deep: [wrong] };
      const error = await failure(fromDefinition(broken, { steps: code }));
      expect(error.code).toBe("DEFINITION_DATA_INVALID");
      expect(error.message).toContain("steps.0.run.with.deep.0.$");
    }
    const nowhere = throughText(data) as any;
    nowhere.steps[0].run.with = { $ref: ["prase"] };
    const when = { odd: () => true };
    expect((await failure(fromDefinition(nowhere, { steps: code, when }))).message).toContain('did you mean "parse"?');
  });
});

describe("what is no data", () => {
  class Parts extends Flow<typeof Parts> {
    static state = z.object({ at: z.date().default(new Date(0)), n: z.number().default(0) });
    static inputs = z.object({ word: z.string().transform((word) => word.length) });
    static output = z.number();
    static merge = { n: (_base: number, mine: number, theirs: number) => mine + theirs };
    @start({ retry: { attempts: 2, if: () => true } }) go({ word }: { word: number }) {
      return word;
    }
  }

  test("is a reference, to be given", async () => {
    const data = throughText(Parts.toDefinition());
    expect(data).toMatchObject({
      state: { reference: "Parts.state" },
      inputs: { reference: "Parts.inputs" },
      output: { json: { type: "number" } },
      merge: { n: { reference: "Parts.merge.n" } },
    });
    const Again = await fromDefinition(data, {
      steps: { go: ({ word }: { word: number }) => word },
      retryIf: { go: () => false },
      merge: Parts.merge,
      schemas: { state: Parts.state, inputs: Parts.inputs },
    });
    expect(Again.plan().hash).toBe(Parts.plan().hash);
    expect((await new Again().kickoff({ word: "four" })).output).toBe(4);
  });

  test("all that is missing, left over or wrong is told at once", async () => {
    const error = await failure(
      fromDefinition(Parts.toDefinition(), {
        steps: { goo: () => 1 },
        when: { go: () => true },
        merge: { n: 5 as never },
        schemas: { state: Parts.state, signals: { x: z.string() } },
        more: 1,
      } as Implementations),
    );
    expect(error.code).toBe("DEFINITION_IMPLEMENTATIONS_INVALID");
    const { problems } = (error as FlowError<"DEFINITION_IMPLEMENTATIONS_INVALID">).details;
    expect(problems.map(({ path, message }) => `${path.join(".")} ${message}`)).toEqual([
      'steps.go is missing: is it "goo"?',
      'steps.goo is not asked for; did you mean "go"?',
      "when.go is not asked for",
      "retryIf.go is missing",
      "merge.n is not a function",
      "schemas.inputs is missing",
      "schemas.signals.x is not asked for",
      "more is not asked for",
    ]);
  });
});

describe("data that is none", () => {
  const sound = Review.toDefinition();
  const deep = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);
  const wide = (levels: number): unknown => {
    let at: unknown = [];
    for (let level = 0; level < levels; level++) at = [at, at];
    return at;
  };
  const circle: { of?: unknown } = {};
  circle.of = circle;

  test.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /expected object/],
    ["text", "{}", /expected object/],
    ["another format", { ...sound, format: 2 }, /format/],
    ["an unknown field", { ...sound, stepps: [] }, /stepps/],
    ["an unknown field of a step", { ...sound, steps: [{ ...sound.steps[0], retries: 3 }] }, /steps\.0.*retries/],
    ["a step without a name", { ...sound, steps: [{ run: { reference: "a" } }] }, /steps\.0\.name/],
    [
      "a condition of no kind",
      { ...sound, steps: [{ ...sound.steps[0], conditions: [{ kind: "nand", of: [] }] }] },
      /conditions\.0/,
    ],
    ["a schema that is none", { ...sound, state: { json: { type: "rope" } } }, /state.*rope/],
    ["a schema that leads outside", { ...sound, state: { json: { $ref: "https://example.org/x" } } }, /state/],
    ["what is nested deep", { ...sound, state: { json: deep(10_000) } }, /deep/],
    ["what is held again and again", { ...sound, state: { json: wide(60) } }, /values/],
    ["what holds itself", { ...sound, state: { json: circle } }, /deep/],
  ])("%s", async (_what, data, said) => {
    const error = await failure(fromDefinition(data, forReview));
    expect(error.code).toBe("DEFINITION_DATA_INVALID");
    expect(error.message).toMatch(said);
  });

  test("names that every object has", async () => {
    const data = { format: 1, name: "odd", steps: [{ name: "constructor", run: { reference: "x" }, starts: true }] };
    expect((await failure(fromDefinition(data, { steps: {} }))).message).toContain("steps.constructor: is missing");
    const Odd = await fromDefinition(data, { steps: { constructor: () => 5 } as never });
    expect((await new Odd().kickoff()).output).toBe(5);
  });

  test("problems of the plan are told as ever", async () => {
    const data = { format: 1, name: "none", steps: [{ name: "a", run: { reference: "x" } }] };
    expect((await failure(fromDefinition(data, { steps: { a: () => 1 } }))).code).toBe("PLAN_INVALID");
  });
});
