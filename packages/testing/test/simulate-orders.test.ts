/** `simulate`: the orders that it walks. */
import { simulate } from "@millrace/testing";
import { and, collect, Flow, forEach, listen, or, race, signal, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";

/** The orders in which steps committed, each once. */
async function ordersOf(
  walk: (check: (run: { history: readonly any[] }) => void) => Promise<unknown>,
): Promise<string[]> {
  const orders = new Set<string>();
  await walk(({ history }) => {
    const said = history.flatMap(({ entry }) => {
      if (entry.type === "completed") return [entry.step];
      return entry.type === "signal" || entry.type === "answered" ? [entry.type] : [];
    });
    orders.add(said.join(" "));
  });
  return [...orders].sort();
}

describe("orders", () => {
  test("of parallel steps: all, and no more", async () => {
    class Three extends Flow {
      @start() a() {}
      @start() b() {}
      @start() c() {}
      @listen(and("a", "b", "c")) join() {}
    }
    let report: unknown;
    const orders = await ordersOf(async (check) => {
      report = await simulate(Three, { check, crashes: 0 });
    });
    expect(orders).toEqual(["a b c join", "a c b join", "b a c join", "b c a join", "c a b join", "c b a join"]);
    expect(report).toMatchObject({ paths: 18, orders: 18, crashed: 0, exhaustive: true });
  });

  test("a step of one branch between two of the other", async () => {
    class Branches extends Flow {
      @start() a() {}
      @start() b() {}
      @listen("a") a2() {}
    }
    const orders = await ordersOf((check) => simulate(Branches, { check, crashes: 0 }));
    expect(orders).toEqual(["a a2 b", "a b a2", "b a a2"]);
  });

  test("of signals among steps; one can be bound to come after a step", async () => {
    class Approval extends Flow {
      @start() request() {}
      @listen("request") remind() {}
      @listen(and("request", signal("yes"))) order() {}
    }
    const anyTime = await ordersOf((check) => simulate(Approval, { check, signals: { yes: true }, crashes: 0 }));
    expect(anyTime).toEqual([
      "request remind signal order",
      "request signal order remind",
      "request signal remind order",
      "signal request order remind",
      "signal request remind order",
    ]);
    const signals = [{ signal: "yes", after: "remind" }];
    const bound = await ordersOf((check) => simulate(Approval, { check, signals, crashes: 0 }));
    expect(bound).toEqual(["request remind signal order"]);
  });

  test("of answers and deadlines, of what sleeps and what works", async () => {
    class Survey extends Flow {
      @start() async question() {
        const answer = await this.ask("Well?", { schema: z.string(), timeout: "2d" });
        return answer.answered ? answer.value : "silence";
      }
      @start() async nap() {
        await this.sleep("5d");
      }
      @listen(or("question", "nap")) first(what: unknown) {
        return what ?? "nap";
      }
    }
    const seen = new Set<unknown>();
    const check = ({ outputs }: { outputs: { first?: unknown } }) => void seen.add(outputs.first);
    await simulate(Survey, { check, answers: { question: "yes" }, crashes: 0 });
    expect([...seen].sort()).toEqual(["nap", "silence", "yes"]);
    seen.clear();
    // silence is what is left when nobody answers
    await simulate(Survey, { check, crashes: 0 });
    expect([...seen].sort()).toEqual(["nap", "silence"]);
  });

  test("of retries: what comes between two attempts", async () => {
    class Tried extends Flow {
      @start({ retry: { attempts: 2, delay: "1d" } }) tried() {
        if (this.call.attempt === 1) throw new Error("once more");
      }
      @start() beside() {}
    }
    expect(await ordersOf((check) => simulate(Tried, { check, crashes: 0 }))).toEqual(["beside tried", "tried beside"]);
  });

  test("of elements, of races, of streams", async () => {
    const ran: string[] = [];
    class Mixed extends Flow {
      @start() list() {
        return [1, 2];
      }
      @forEach("list") async *each(n: number) {
        yield n;
        return n * 2;
      }
      @listen(collect("each")) sum(all: number[]) {
        return all.reduce((a, b) => a + b, 0);
      }
      @start() quick() {}
      @start() slow() {
        ran.push("slow");
      }
      @listen(race("quick", "slow")) won() {}
    }
    const seen = await simulate(Mixed, { check: ({ outputs }) => expect(outputs.sum).toBe(6), crashes: 1, runs: 150 });
    expect(seen).toMatchObject({ exhaustive: false, seed: 1, paths: 150 });
    expect(ran.length).toBeGreaterThan(10);
  });
});
