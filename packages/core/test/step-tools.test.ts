import { expect, test } from "vitest";
import { z } from "zod";
import { Flow, FlowError, inKeySpace, start, stepKey, stepTools } from "../src/index.js";

/** A library that is handed nothing. */
const paid: string[] = [];
async function pay(what: string): Promise<string> {
  const { once, addUsage } = stepTools();
  addUsage({ payments: 1 });
  return once(stepKey("payment"), () => {
    paid.push(what);
    return `paid ${what}`;
  });
}

test("what a step calls finds the step's tools, and keys that are the same in every attempt", async () => {
  paid.length = 0;
  class Shop extends Flow {
    @start({ retry: { attempts: 2, delay: 0 } }) async buy() {
      const both = [await pay("bread"), ...(await Promise.all([pay("milk"), pay("salt")]))];
      if (this.call.attempt === 1) throw new Error("cut off");
      return [...both, await pay("tea")];
    }
  }
  const { outputs, usage } = await new Shop().kickoff();
  expect(outputs.buy).toEqual(["paid bread", "paid milk", "paid salt", "paid tea"]);
  expect(paid).toEqual(["bread", "milk", "salt", "tea"]);
  expect(usage).toEqual({ payments: 7 });
});

test("outside of a step there are none", () => {
  for (const use of [stepTools, () => stepKey("payment"), () => inKeySpace("a", () => 1)]) {
    let thrown: unknown;
    try {
      use();
    } catch (error) {
      thrown = error;
    }
    expect(FlowError.is(thrown, "STATE_OUTSIDE_STEP")).toBe(true);
  }
});

test("what is kept inside of `once` is not asked for again when that is done, and its keys are that one's own", async () => {
  paid.length = 0;
  let fails = true;
  class Nested extends Flow {
    @start({ retry: { attempts: 4, delay: 0 } }) async go() {
      const first = await this.once("one", async () => {
        const bread = await pay("bread");
        const milk = await pay("milk");
        await this.sleep(1);
        if (fails) {
          fails = false;
          throw new Error("cut off inside");
        }
        return [bread, milk];
      });
      const second = await pay("tea");
      if (this.call.attempt === 2) throw new Error("cut off behind it");
      const third = await this.once("two", () => pay("salt"));
      return [first, second, third];
    }
  }
  const flow = new Nested();
  const { id, outputs } = await flow.kickoff();
  expect(outputs.go).toEqual([["paid bread", "paid milk"], "paid tea", "paid salt"]);
  expect(paid).toEqual(["bread", "milk", "tea", "salt"]);
  const keys = (await flow.runs.history(id)).flatMap(({ entry }) =>
    entry.type === "once" || entry.type === "timer" ? [entry.key] : [],
  );
  expect(keys).toEqual([
    "one › payment-1",
    "one › payment-2",
    "one › sleep-1",
    "one",
    "payment-1",
    "two › payment-1",
    "two",
  ]);
});

test("a question says what it is about, in the list and in the event", async () => {
  class Refund extends Flow {
    @start() decide() {
      return this.ask("Refund?", { value: { order: 7, cents: 300 } });
    }
  }
  const flow = new Refund();
  const told: unknown[] = [];
  flow.events.on("ask.requested", ({ value }) => void told.push(value));
  await flow.kickoff();
  const [question] = (await flow.runs.questions()).questions;
  expect(question?.value).toEqual({ order: 7, cents: 300 });
  expect(question?.outcomes).toBeUndefined();
  expect(told).toEqual([{ order: 7, cents: 300 }]);
  const done = await flow.runs.answer(question!.id, "yes");
  expect(done.status === "completed" && done.output).toBe("yes");
});

test("a step that has asked waits, also when something else that it did at the same time is done later", async () => {
  class Both extends Flow {
    @start() go() {
      const slow = () => new Promise((resolve) => setTimeout(() => resolve("done"), 30));
      return Promise.all([this.ask("Well?"), this.once("slow", slow), this.ask("And?")]);
    }
  }
  const flow = new Both();
  expect((await flow.kickoff()).status).toBe("waiting");
  const { questions } = await flow.runs.questions();
  expect((await flow.runs.answer(questions[1]!.id, "so")).status).toBe("waiting");
  const done = await flow.runs.answer(questions[0]!.id, "yes");
  expect(done.status === "completed" && done.output).toEqual(["yes", "done", "so"]);
});

test("in spaces of keys, the same keys are others, whoever is done first", async () => {
  const done: string[] = [];
  class Child extends Flow<typeof Child> {
    static inputs = z.object({ what: z.string() });
    static output = z.string();
    @start() go({ what }: { what: string }) {
      return `child of ${what}`;
    }
  }
  class Orders extends Flow<typeof Orders> {
    static state = z.object({ handled: z.array(z.string()).default([]) });
    async handle(what: string) {
      const charge = await this.once("charge", async () => {
        await new Promise((resolve) => setTimeout(resolve, what === "bread" ? 20 : 1));
        done.push(what);
        return what;
      });
      await this.sleep(1);
      const child = await this.runFlow(Child, { what });
      const answer = await this.ask(`${what}?`);
      this.state.handled.push(what);
      return [charge, child, answer];
    }
    @start({ retry: { attempts: 2, delay: 0 } }) async go() {
      const both = ["bread", "milk"].map((what) => inKeySpace(`order ${what}`, () => this.handle(what)));
      const all = await Promise.all(both);
      if (this.call.attempt === 1) throw new Error("cut off");
      return all;
    }
  }
  const flow = new Orders();
  await flow.kickoff({}, { id: "o" });
  const { questions } = await flow.runs.questions();
  expect(questions.map(({ id, prompt }) => [id, prompt]).sort()).toEqual([
    ["o/go/1/order bread › ask-1", "bread?"],
    ["o/go/1/order milk › ask-1", "milk?"],
  ]);
  for (const { id, prompt } of questions) await flow.runs.answer(id, `yes, ${prompt}`);
  const { outputs, state } = await flow.resume("o");
  expect(outputs.go).toEqual([
    ["bread", "child of bread", "yes, bread?"],
    ["milk", "child of milk", "yes, milk?"],
  ]);
  expect(done).toEqual(["milk", "bread"]);
  expect([...state.handled].sort()).toEqual(["bread", "milk"]);
});
