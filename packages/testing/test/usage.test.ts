/** What steps have used, told to tests: the same in any order, and after a crash at any commit. */
import { runFlow, simulate } from "@millrace/testing";
import { collect, Flow, forEach, listen, start } from "millrace";
import { expect, test } from "vitest";

class Inner extends Flow {
  @start() async work() {
    await this.once("model", () => this.addUsage({ inner: 1 }));
  }
}

class Pages extends Flow {
  @start({ retry: { attempts: 2, delay: 0 } }) async list() {
    const pages = await this.once("model", () => {
      this.addUsage({ words: 10 });
      return [1, 2];
    });
    this.addUsage({ tries: 1 });
    if (this.call.attempt === 1) throw new Error("once more");
    return pages;
  }
  @forEach("list") async page(n: number) {
    await this.once("model", () => this.addUsage({ words: n }));
    if (n === 2) await this.runFlow(Inner);
  }
  @listen(collect("page")) end() {}
}

const whole = { words: 13, tries: 2, inner: 1 };

test("a run tells what it has used; one that has used nothing tells so", async () => {
  expect((await runFlow(Pages)).usage).toEqual(whole);
  class Idle extends Flow {
    @start() rest() {}
  }
  expect((await runFlow(Idle)).usage).toEqual({});
});

test("whatever the order, and wherever it crashes", async () => {
  const check = ({ usage }: { usage: object }) => expect(usage).toEqual(whole);
  const seen = await simulate(Pages, { check, crashes: 1, runs: 120 });
  expect(seen.crashed).toBeGreaterThan(20);
});
