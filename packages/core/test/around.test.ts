import { AsyncLocalStorage } from "node:async_hooks";
import { expect, test } from "vitest";
import { and, Flow, FlowEvents, listen, type StepCall, start } from "../src/index.js";

const place = new AsyncLocalStorage<string>();
const here = () => place.getStore() ?? "nowhere";
const soon = () => new Promise((resolve) => setTimeout(resolve, 1));

class Branches extends Flow {
  @start() async left() {
    await soon();
    return here();
  }
  @start() right() {
    return here();
  }
  @start() async *talk() {
    yield here();
    await soon();
    yield here();
    return here();
  }
  @listen(and("left", "right", "talk")) join(all: { left: string; right: string; talk: string }) {
    return { ...all, join: here() };
  }
}

test("a wrapper sets what the code of each step finds around it, generators and what they await too", async () => {
  const flow = new Branches();
  const chunks: unknown[] = [];
  flow.events.on("output.chunk", ({ chunk }) => chunks.push(chunk));
  const end = flow.events.around(({ step, number, attempt }, run) => place.run(`${step} ${number} ${attempt}`, run));
  const result = await flow.kickoff();
  const all = { left: "left 1 1", right: "right 1 1", talk: "talk 1 1", join: "join 1 1" };
  expect(result).toMatchObject({ status: "completed", output: all });
  expect(chunks).toEqual(["talk 1 1", "talk 1 1"]);
  end();
  expect(flow.events.wrapped).toBe(false);
  expect(await flow.kickoff()).toMatchObject({ output: { left: "nowhere", talk: "nowhere", join: "nowhere" } });
});

test("the first wrapper is the outermost; each attempt is wrapped, a thrown value goes its way", async () => {
  class Twice extends Flow {
    @start({ retry: { attempts: 2, delay: 1 } }) go() {
      seen.push(`go ${this.call.attempt}`);
      if (this.call.attempt === 1) throw new Error("once");
      return "done";
    }
  }
  const seen: string[] = [];
  const flow = new Twice();
  const told = (name: string) => (_: StepCall, run: () => void) => {
    seen.push(`${name} in`);
    run();
    seen.push(`${name} out`);
  };
  flow.events.around(told("a"));
  flow.events.around(told("b"));
  expect(await flow.kickoff()).toMatchObject({ output: "done" });
  const round = (attempt: number) => ["a in", "b in", `go ${attempt}`, "b out", "a out"];
  expect(seen).toEqual([...round(1), ...round(2)]);
});

test("a wrapper that throws, or runs the step late, twice or never, harms nothing and is logged", async () => {
  const lines: unknown[][] = [];
  const error = (...line: unknown[]) => void lines.push(line);
  const logger = { debug() {}, info() {}, warn() {}, error };
  const wrong: ((call: StepCall, run: () => void) => unknown)[] = [
    () => {
      throw new Error("before");
    },
    (_, run) => {
      run();
      throw new Error("after");
    },
    () => undefined,
    (_, run) => {
      run();
      run();
    },
    async (_, run) => {
      await soon();
      run();
      throw new Error("late");
    },
  ];
  let calls = 0;
  class Counted extends Flow {
    @start() go() {
      calls++;
      return calls;
    }
  }
  const told: string[] = [];
  for (const wrapper of wrong) {
    calls = 0;
    const events = new FlowEvents(logger);
    events.around(wrapper);
    events.around((_, run) => run());
    expect(await new Counted({ events }).kickoff()).toMatchObject({ status: "completed", output: 1 });
    await soon();
    await soon();
    expect(calls).toBe(1);
    told.push(
      lines
        .splice(0)
        .map(([message, fields]) => `${message}: ${(fields as { error: Error }).error.message}`)
        .join(),
    );
  }
  const says = (...problems: string[]) => problems.map((text) => `a wrapper of step "go" failed: ${text}`).join();
  const notRun = "it did not run the step at once";
  expect(told).toEqual([says("before"), says("after"), says(notRun), "", says(notRun, "late")]);
});
