import { expect, test } from "vitest";
import { z } from "zod";
import { and, Flow, listen, type MergeRules, or, router, start } from "../src/index.js";

test("300-way fan-out and join; parallel writes by merge rules", async () => {
  type State = { sum: number; seen: string[] };
  class Fan extends Flow<State> {
    static merge = { sum: "sum", seen: "union" } satisfies MergeRules<State>;
    override initialState = { sum: 0, seen: [] as string[] };
    @start() source() {
      return 1;
    }
  }
  const names = Array.from({ length: 300 }, (_, i) => `part${i}`);
  for (const [i, name] of names.entries()) {
    Object.defineProperty(Fan.prototype, name, {
      configurable: true,
      writable: true,
      value: async function (this: Fan, n: number) {
        await null;
        this.state.sum += i;
        this.state.seen.push(name);
        return n + i;
      },
    });
    const descriptor = Object.getOwnPropertyDescriptor(Fan.prototype, name)!;
    (listen as any)("source")(Fan.prototype, name, descriptor);
  }
  Object.defineProperty(Fan.prototype, "join", {
    configurable: true,
    writable: true,
    value: (all: object) => Object.keys(all).length,
  });
  (listen as any)((and as any)(...names))(
    Fan.prototype,
    "join",
    Object.getOwnPropertyDescriptor(Fan.prototype, "join"),
  );
  const result = await new Fan().kickoff();
  expect(result.output).toBe(300);
  expect(result.state.sum).toBe((299 * 300) / 2);
  expect(result.state.seen.length).toBe(300);
});

test("a loop of 50,000 turns", { timeout: 180_000 }, async () => {
  class Loop extends Flow<typeof Loop> {
    static state = z.object({ n: z.number().default(0) });
    @start() begin() {}
    @listen(or("begin", "again")) async work() {
      this.state.n++;
    }
    @router("work", { routes: ["again", "done"] }) check() {
      return this.state.n < 50_000 ? "again" : "done";
    }
    @listen("done") end() {
      return this.state.n;
    }
  }
  await expect(new Loop().kickoff()).rejects.toMatchObject({ code: "RUN_CALL_LIMIT", step: "work" });
  const result = await new Loop({ maxCalls: 60_000 }).kickoff();
  expect(result.output).toBe(50_000);
});
