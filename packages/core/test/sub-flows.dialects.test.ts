import { expect, test } from "vitest";
import { z } from "zod";
import { Flow, type FlowEvent, listen, MemoryPersistence, start } from "../src/index.js";

class Article extends Flow<typeof Article> {
  static state = z.object({ topic: z.string(), words: z.number().default(0) });
  static output = z.object({ text: z.string() });
  @start() research() {
    this.state.words = this.state.topic.length;
    return `facts about ${this.state.topic}`;
  }
  @listen("research") write(facts: string) {
    return { text: `${facts} in ${this.state.words}` };
  }
}

class Magazine extends Flow<typeof Magazine> {
  static inputs = z.object({ topics: z.array(z.string()) });
  @start() async articles({ topics }: { topics: string[] }) {
    return Promise.all(topics.map((topic) => this.runFlow(Article, { topic })));
  }
  @listen("articles") bind(articles: { text: string }[]) {
    return articles.map(({ text }) => text).join("; ");
  }
}

test("a child is a run of its own, linked to its parent; its output comes back", async () => {
  const persistence = new MemoryPersistence();
  const flow = new Magazine({ persistence });
  const result = await flow.kickoff({ topics: ["rivers", "mills"] }, { id: "m" });
  expect(result).toMatchObject({ status: "completed", output: "facts about rivers in 6; facts about mills in 5" });
  const { runs } = await persistence.list({ parent: "m" });
  expect(runs.map(({ id, flow, status }) => [id, flow, status]).sort()).toEqual([
    ["m/articles/1/Article-1", "Article", "completed"],
    ["m/articles/1/Article-2", "Article", "completed"],
  ]);
  const entries = (await flow.runs.history("m")).map(({ entry }) => entry);
  expect(entries.map((entry) => (entry.type === "child" ? `child ${entry.status}` : entry.type))).toEqual([
    "started",
    "child started",
    "child started",
    "child completed",
    "child completed",
    "completed",
    "completed",
    "ended",
  ]);
});

class Charge extends Flow<typeof Charge> {
  static inputs = z.object({ cents: z.number() });
  @start() charge() {
    return "charged";
  }
}

test("inputs that do not fit, a depth without end, once, another persistence, another flow by the same key", async () => {
  class Wrong extends Flow {
    @start() go() {
      return this.runFlow(Article, { topi: "x" } as never);
    }
  }
  await expect(new Wrong().kickoff()).rejects.toMatchObject({
    code: "CHILD_FAILED",
    details: { code: "RUN_INPUTS_INVALID" },
  });

  class Endless extends Flow<typeof Endless> {
    static inputs = z.object({ n: z.number() });
    @start() async go({ n }: { n: number }): Promise<unknown> {
      return this.runFlow(Endless, { n: n + 1 });
    }
  }
  const persistence = new MemoryPersistence({ keepRuns: 1000 });
  await expect(new Endless({ persistence }).kickoff({ n: 0 })).rejects.toMatchObject({ code: "CHILD_FAILED" });
  expect((await persistence.list({ limit: 1000 })).runs.length).toBe(101);

  class Once extends Flow {
    @start() go() {
      return this.once("child", () => this.runFlow(Charge, { cents: 1 }));
    }
  }
  await expect(new Once().kickoff()).rejects.toMatchObject({ code: "CHILD_IN_ONCE" });

  class Elsewhere extends Flow {
    @start() go() {
      return this.runFlow(new Charge({ persistence: new MemoryPersistence() }), { cents: 1 });
    }
  }
  await expect(new Elsewhere().kickoff()).rejects.toMatchObject({ code: "CHILD_PERSISTENCE_DIFFERS" });

  let attempt = 0;
  class Changed extends Flow {
    @start({ retry: { attempts: 2, delay: 0 } }) async go() {
      attempt++;
      if (attempt > 1) return this.runFlow(Article, { topic: "x" }, { key: "a" });
      await this.runFlow(Charge, { cents: 1 }, { key: "a" });
      throw new Error("again");
    }
  }
  await expect(new Changed().kickoff()).rejects.toMatchObject({ code: "STEP_KEYS_CHANGED" });
});

test("an instance is run with its own options, on its parent's persistence if it has none", async () => {
  const persistence = new MemoryPersistence();
  const heard: FlowEvent[] = [];
  const charge = new Charge();
  charge.events.on("*", (event) => heard.push(event));
  class Till extends Flow {
    @start() go() {
      return this.runFlow(charge, { cents: 1 }, { key: "till" });
    }
  }
  const till = new Till({ persistence });
  const nested: FlowEvent[] = [];
  till.events.on("*", (event) => nested.push(event));
  expect(await till.kickoff({}, { id: "t" })).toMatchObject({ output: "charged" });
  expect(await persistence.get("t/go/1/till")).toMatchObject({ flow: "Charge", parent: "t", status: "completed" });
  const path = [{ run: "t", flow: "Till", step: "go", number: 1 }];
  expect(heard.map(({ type }) => type)).toContain("run.completed");
  expect(heard.every((event) => event.runId === "t/go/1/till")).toBe(true);
  expect(nested.filter(({ flow }) => flow === "Charge")).toEqual(heard);
  expect(heard.every((event) => JSON.stringify(event.path) === JSON.stringify(path))).toBe(true);
  expect(nested.filter(({ flow }) => flow === "Till").every((event) => event.path === undefined)).toBe(true);
});

test("what an instance without a persistence runs is stored where it is itself", async () => {
  class Pay extends Flow<typeof Pay> {
    static output = z.string();
    @start() go() {
      return this.runFlow(Charge, { cents: 1 }) as Promise<string>;
    }
  }
  const pay = new Pay();
  class Till extends Flow {
    @start() go() {
      return this.runFlow(pay);
    }
  }
  for (const id of ["one", "two"]) {
    const persistence = new MemoryPersistence();
    expect(await new Till({ persistence }).kickoff({}, { id })).toMatchObject({ output: "charged" });
    const { runs } = await persistence.list({});
    expect(runs.map((run) => run.id).sort()).toEqual([id, `${id}/go/1/Pay-1`, `${id}/go/1/Pay-1/go/1/Charge-1`]);
  }
  expect(await pay.kickoff()).toMatchObject({ output: "charged" });
});

test("a run whose id was free again starts children of its own", async () => {
  const persistence = new MemoryPersistence();
  const flow = new Magazine({ persistence });
  const first = await flow.kickoff({ topics: ["rivers"] }, { id: "may" });
  expect(await flow.runs.prune({ keep: 0 })).toMatchObject({ runs: 1 });
  const second = await flow.kickoff({ topics: ["mills and rivers"] }, { id: "may" });
  expect([first, second]).toMatchObject([
    { output: "facts about rivers in 6" },
    { output: "facts about mills and rivers in 16" },
  ]);
  const { runs } = await persistence.list({ parent: "may" });
  expect(runs.map(({ id }) => id).sort()).toEqual(["may/articles/1/Article-1", "may/articles/1/Article-1~2"]);
});

test("a key that one attempt uses for two things is refused", async () => {
  const uses: Record<string, (flow: Uses) => Promise<unknown>> = {
    'flow "Article"': (flow) => flow.runFlow(Article, { topic: "x" }, { key: "k" }),
    'flow "Charge"': (flow) => flow.runFlow(Charge, { cents: 1 }, { key: "k" }),
    "once()": (flow) => flow.once("k", () => 1),
    "sleep()": (flow) => flow.sleep(1, "k"),
    "ask()": (flow) => flow.ask("?", { key: "k" }),
  };
  class Uses extends Flow<typeof Uses> {
    static inputs = z.object({ first: z.string(), second: z.string() });
    @start() async go({ first, second }: { first: string; second: string }) {
      await uses[first]!(this);
      await uses[second]!(this);
    }
  }
  const names = Object.keys(uses);
  // a question would have to be answered first
  for (const first of names.slice(0, -1))
    for (const second of names.filter((name) => name !== first))
      await expect(new Uses().kickoff({ first, second })).rejects.toMatchObject({
        code: "STEP_KEYS_CHANGED",
        message: `Step "go" used the key "k" for ${second}, which was used for ${first} before.`,
      });
  await expect(new Uses().kickoff({ first: "none", second: "none" })).rejects.toMatchObject({ code: "STEP_FAILED" });
});

test("a stream tells the events of children too, and ends with its own run", async () => {
  const stream = new Magazine().stream({ topics: ["rivers"] });
  const told: string[] = [];
  for await (const { type, path = [] } of stream)
    if (type === "step.completed" || type === "run.completed")
      told.push([...path.map(({ step }) => step), type].join("."));
  expect(told).toEqual([
    "articles.step.completed",
    "articles.step.completed",
    "articles.run.completed",
    "step.completed",
    "step.completed",
    "run.completed",
  ]);
});
