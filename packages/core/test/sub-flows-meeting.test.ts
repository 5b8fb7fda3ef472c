/** Sub-flows where they meet lists, questions, sessions of code, forks, failures that are handled, and races. */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  approval,
  collect,
  Flow,
  type FlowError,
  failed,
  forEach,
  listen,
  MemoryPersistence,
  or,
  race,
  router,
  start,
} from "../src/index.js";
import { HandClock } from "./support/hand-clock.js";

/** How often each page was set, over all runs. */
const set = new Map<string, number>();

class Page extends Flow<typeof Page> {
  static flowName = "Page";
  static inputs = z.object({ title: z.string() });
  static output = z.string();
  @start() async lay({ title }: { title: string }) {
    await this.once("set", () => set.set(title, (set.get(title) ?? 0) + 1));
    return title === "cover" ? title : `${title} (${await this.ask(`Is ${title} right?`)})`;
  }
}

class Issue extends Flow<typeof Issue> {
  static flowName = "Issue";
  static inputs = z.object({ titles: z.array(z.string()) });
  static output = z.array(z.string());
  @start() titles({ titles }: { titles: string[] }) {
    return titles;
  }
  @forEach("titles") async page(title: string) {
    return this.runFlow(Page, { title });
  }
  @listen(collect("page")) bind(pages: string[]) {
    return pages;
  }
}

class Publisher extends Flow {
  static flowName = "Publisher";
  @start() issue() {
    return this.runFlow(Issue, { titles: ["cover", "news", "letters"] });
  }
  @listen("issue") async print(pages: string[]) {
    return pages.join(", ");
  }
}

/** A later release: one more step, and another text. */
class LaterPublisher extends Flow {
  static flowName = "Publisher";
  static version = "2";
  @start() issue() {
    return this.runFlow(Issue, { titles: ["cover", "news", "letters"] });
  }
  @listen("issue") async print(pages: string[]) {
    return pages.join(" + ");
  }
  @listen("print") async sell(text: string) {
    return `sold: ${text}`;
  }
}

test("an ask in a list in a sub-flow, forked after the code has changed", async () => {
  const persistence = new MemoryPersistence();
  const run = await new Publisher({ persistence }).kickoff({}, { id: "p" });
  expect(run).toMatchObject({
    status: "waiting",
    waitingFor: [{ kind: "flow", flow: "Issue", waitingFor: [{ kind: "flow", flow: "Page" }, { kind: "flow" }] }],
  });
  const asked = async (of: string) => {
    const { questions } = await persistence.questions({});
    return questions.filter(({ runId }) => runId.startsWith(`${of}/`));
  };
  const news = (await asked("p")).find(({ prompt }) => prompt === "Is news right?")!;
  expect(await new Publisher({ persistence }).runs.answer(news.id, "yes")).toMatchObject({
    id: "p",
    status: "waiting",
  });

  const later = new LaterPublisher({ persistence });
  const fork = await later.runs.fork("p", { id: "f" });
  expect(fork.parent).toBeUndefined();
  expect(await later.resume("f")).toMatchObject({ status: "waiting" });
  // the child was not done: the fork has one of its own, and that one's pages are its own too
  expect(set).toEqual(
    new Map([
      ["cover", 2],
      ["news", 2],
      ["letters", 2],
    ]),
  );
  for (const { id } of await asked("f")) await later.runs.answer(id, "later");
  expect(await later.resume("f")).toMatchObject({
    status: "completed",
    output: "sold: cover + news (later) + letters (later)",
  });
  // the other run goes on by itself, with the code of now
  const [letters] = await asked("p");
  expect(await later.runs.answer(letters!.id, "no")).toMatchObject({
    id: "p",
    status: "completed",
    output: "sold: cover + news (yes) + letters (no)",
  });
  expect(set.get("letters")).toBe(2);

  const copy = await later.runs.fork("p", { at: { step: "titles" } as never }).catch((error: unknown) => error);
  expect(copy).toMatchObject({ code: "RUN_POSITION_UNKNOWN" });
  const [inner] = (await persistence.list({ flow: "Issue", parent: "p" })).runs;
  const forked = await new Issue({ persistence }).runs.fork(inner!.id, { at: { step: "titles" }, id: "i" });
  expect(forked.parent).toBeUndefined();
  expect(await new Issue({ persistence }).resume("i")).toMatchObject({ status: "waiting" });
  expect((await persistence.list({ parent: "i" })).runs).toHaveLength(3);
});

test("a fork keeps what completed children have brought", async () => {
  let runs = 0;
  class Costly extends Flow {
    @start() work() {
      return ++runs;
    }
  }
  class Plan extends Flow {
    @start() async go() {
      const cost = await this.runFlow(Costly);
      return [cost, await this.ask("Shall we?")];
    }
  }
  const plan = new Plan();
  await plan.kickoff({}, { id: "a" });
  await plan.runs.fork("a", { id: "b" });
  await plan.resume("b");
  const { questions } = await plan.runs.questions({ runId: "b" });
  expect(await plan.runs.answer(questions[0]!.id, "yes")).toMatchObject({ output: [1, "yes"] });
  expect(runs).toBe(1);
});

test("an approval in a child is decided through the parent's flow", async () => {
  class Review extends Flow {
    @start() @router() decide() {
      return approval("a text", { message: "Good?", outcomes: ["good", "bad"] });
    }
    @listen("good") yes() {
      return "approved";
    }
  }
  class Press extends Flow {
    @start() go() {
      return this.runFlow(Review);
    }
  }
  const persistence = new MemoryPersistence();
  await new Press({ persistence }).kickoff({}, { id: "x" });
  const [question] = (await persistence.questions({})).questions;
  const done = await new Press({ persistence }).runs.answer(question!.id, { outcome: "good" });
  expect(done).toMatchObject({ id: "x", status: "completed", output: "approved" });
});

test("a child that loses a race is cancelled; one that waits ends with the run at the latest", async () => {
  const persistence = new MemoryPersistence();
  class Patient extends Flow {
    @start() async wait() {
      return this.ask("Anybody?");
    }
  }
  class Slow extends Flow {
    @start() async nap() {
      await once(this.call.abortSignal, "abort");
    }
  }
  class Contest extends Flow {
    @start() begin() {}
    @listen("begin") async slow() {
      return this.runFlow(Slow);
    }
    @listen("begin") async patient() {
      return this.runFlow(Patient);
    }
    @listen("begin") async quick() {
      while ((await persistence.list({ flow: "Patient" })).runs[0]?.status !== "waiting") await pause(2);
      return "quick";
    }
    @listen(race("quick", "slow", "patient")) end(winner: unknown) {
      return winner;
    }
  }
  expect(await new Contest({ persistence }).kickoff({}, { id: "c" })).toMatchObject({ output: "quick" });
  const { runs } = await persistence.list({ parent: "c" });
  expect(runs.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
  expect((await persistence.questions({})).questions).toEqual([]);
});

test("sleeping children leave with a parent that may, and are taken up when they are due", async () => {
  class Nap extends Flow {
    @start() async nap() {
      await this.sleep("3d");
      return "rested";
    }
  }
  class Trip extends Flow {
    @start() go() {
      return this.runFlow(Nap);
    }
  }
  const clock = new HandClock();
  const trip = new Trip({ clock });
  const run = await trip.kickoff({}, { id: "t", returnOnSleep: true });
  expect(run).toMatchObject({ status: "waiting", waitingFor: [{ kind: "flow", waitingFor: [{ kind: "timer" }] }] });
  expect(await trip.runs.nextDue()).toBe(clock.at + 3 * 86_400_000);
  expect(await trip.runs.recover()).toEqual([]);
  clock.at += 3 * 86_400_000;
  expect(await trip.runs.recover()).toMatchObject([{ id: "t", status: "completed", output: "rested" }]);
});

test("children at once of which one fails: the others are cancelled, and go on with the retry", async () => {
  let broken = true;
  const done: string[] = [];
  class Part extends Flow<typeof Part> {
    static inputs = z.object({ name: z.string() });
    @start() first({ name }: { name: string }) {
      done.push(`${name} 1`);
      return name;
    }
    @listen("first") async second(name: string) {
      if (name === "b" && broken) throw new Error("no");
      const { abortSignal } = this.call;
      if (broken) {
        await once(abortSignal, "abort");
        throw abortSignal.reason;
      }
      done.push(`${name} 2`);
      return name;
    }
  }
  class Whole extends Flow {
    @start() async go() {
      return Promise.all(["a", "b"].map((name) => this.runFlow(Part, { name }, { key: name })));
    }
    @listen(or("go", failed("go"))) end(parts: unknown[] | FlowError) {
      return Array.isArray(parts) ? parts : parts.code;
    }
  }
  const whole = new Whole();
  expect(await whole.kickoff({}, { id: "w" })).toMatchObject({ output: "CHILD_FAILED" });
  expect(done).toEqual(["a 1", "b 1"]);
  broken = false;
  class Again extends Whole {
    @start({ retry: { attempts: 2, delay: 0 } }) override async go() {
      broken = this.call.attempt === 1;
      return Promise.all(["a", "b"].map((name) => this.runFlow(Part, { name }, { key: name })));
    }
  }
  done.length = 0;
  expect(await new Again().kickoff()).toMatchObject({ output: ["a", "b"] });
  expect(done.sort()).toEqual(["a 1", "a 2", "b 1", "b 2"]);
});
