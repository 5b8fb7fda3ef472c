import { runFlow, simulate } from "@millrace/testing";
import { expect, test } from "vitest";
import { Review } from "./review.js";

test("a text is written three times", async () => {
  const run = await runFlow(Review, { inputs: { topic: "rivers" } });
  expect(run.output).toEqual({ text: expect.stringContaining("draft 3"), rounds: 3 });
});

test("in any order of steps, and wherever it crashes, it ends the same", async () => {
  await simulate(Review, {
    inputs: { topic: "rivers" },
    runs: 100,
    check: ({ state }) => expect(state.rounds).toBe(3),
  });
});
