/** `coverage`: which edges runs have taken. */
import { coverage, runFlow, simulate } from "@millrace/testing";
import { and, Flow, failed, listen, or, router, signal, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";

class Review extends Flow<typeof Review> {
  static state = z.object({ rounds: z.number().default(0), good: z.boolean(), broken: z.boolean().default(false) });
  @start() begin() {}
  @listen(or("begin", "rework")) write() {
    this.state.rounds++;
    if (this.state.broken) throw new Error("no ink");
  }
  @router("write", { routes: ["good", "rework", "odd"] }) check(): "good" | "rework" | "odd" {
    return this.state.good || this.state.rounds > 1 ? "good" : "rework";
  }
  @listen(and("write", "good")) publish() {}
  @listen(failed("write")) excuse() {}
  @listen(or("publish", signal("recall"))) archive() {}
}

test("edges of steps, labels, joins, failures and signals; what was never taken", async () => {
  const good = await runFlow(Review, { inputs: { good: true } });
  const seen = coverage(Review, [good]);
  expect(String(seen)).toBe(
    [
      "Review: 6 of 10 edges taken",
      "  start → begin            1",
      "  begin → write            1",
      '  check "rework" → write   never',
      "  write → check            1",
      "  write → publish          1",
      '  check "good" → publish   1',
      "  failed write → excuse    never",
      "  publish → archive        1",
      "  signal recall → archive  never",
      '  check "odd" → (nobody)   never',
    ].join("\n"),
  );
  seen.add(await runFlow(Review, { inputs: { good: false } }));
  seen.add(await runFlow(Review, { inputs: { good: true, broken: true } }));
  expect(seen.missing).toEqual([
    { from: "recall", to: "archive", kind: "signal", taken: 0 },
    { from: "check", to: null, kind: "label", label: "odd", taken: 0 },
  ]);
  expect(seen.edges.find(({ label }) => label === "rework")?.taken).toBe(1);
  expect(seen.edges.find(({ kind }) => kind === "failed")?.taken).toBe(1);
});

test("a completion is told from a failure of the same step", async () => {
  class Both extends Flow<typeof Both> {
    static state = z.object({ broken: z.boolean() });
    @start() work() {
      if (this.state.broken) throw new Error("broken");
    }
    @listen(or("work", failed("work"))) after() {}
  }
  const kinds = async (broken: boolean) =>
    coverage(Both, [await runFlow(Both, { inputs: { broken } })])
      .edges.filter(({ to, taken }) => to === "after" && taken > 0)
      .map(({ kind }) => kind);
  expect(await kinds(false)).toEqual(["step"]);
  expect(await kinds(true)).toEqual(["failed"]);
});

test("of a flow that is watched, and of a simulation", async () => {
  const flow = new Review();
  const seen = coverage(Review);
  const end = seen.watch(flow.events);
  await flow.kickoff({ good: true });
  end();
  await flow.kickoff({ good: false });
  expect(seen.missing.map(({ label, from }) => label ?? from)).toContain("rework");

  const { coverage: all } = await simulate(Review, { inputs: { good: false }, signals: { recall: 1 }, runs: 60 });
  expect(all.missing.map(({ label, from }) => label ?? from)).toEqual(["write", "odd"]);
  const made = coverage((options) => new Review(options), [{ events: [] }]);
  expect(made.missing).toHaveLength(10);
});
