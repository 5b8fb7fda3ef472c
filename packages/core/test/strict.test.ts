import { expect, test } from "vitest";
import { z } from "zod";
import { Flow, listen, start } from "../src/index.js";

class Clock extends Flow<typeof Clock> {
  static state = z.object({ at: z.object({ times: z.array(z.date()) }).default({ times: [new Date(0)] }) });
  @start() wind() {
    this.state.at.times[0]?.setTime(5);
  }
  @listen("wind") read() {
    return this.state.at.times[0]?.getTime();
  }
}

test("a strict flow finds what was changed in place", async () => {
  await expect(new Clock({ strict: true }).kickoff()).rejects.toMatchObject({
    code: "STATE_CHANGED_IN_PLACE",
    step: "wind",
    details: { path: ["at", "times", 0] },
  });
});

test("replacing is fine", async () => {
  class Good extends Clock {
    @start() override wind() {
      this.state.at.times[0] = new Date(5);
    }
  }
  expect((await new Good({ strict: true }).kickoff()).output).toBe(5);
});
