import { expect, test } from "vitest";
import { z } from "zod";
import { Flow, flow, listen, router, start } from "../src/index.js";

test("a run that is watched: what never ran inside of it, of flows in flows and of each of many", async () => {
  class Leaf extends Flow<typeof Leaf> {
    static inputs = z.object({ way: z.string() });
    @start() begin({ way }: { way: string }) {
      if (way === "none") throw new Error("no way");
      return way;
    }
    @router("begin", { routes: ["left", "right"] }) choose(way: string): "left" | "right" {
      return way as "left";
    }
    @listen("left") turnLeft() {}
    @listen("right") turnRight() {}
  }
  const inner = flow("inner")
    .step("leaf", Leaf, () => ({ way: "left" }))
    .step("off", () => 1, { when: () => false })
    .step(
      "after",
      (n: number) => n,
      ({ off }) => off,
    );
  const top = flow("top")
    .input(z.object({ ways: z.array(z.string()) }))
    .step("sub", inner, () => ({}))
    .step("list", ({ ways }) => ways.map((way) => ({ way })))
    .step("many", Leaf, { forEach: { over: "list", onError: "collect" } })
    .compile();
  const skipped: string[] = [];
  const run = top.run({ ways: ["right", "left", "none"] });
  run.result.catch(() => undefined);
  for await (const event of run)
    if (event.type === "OUTPUT" && event.status === "skipped") skipped.push(`${event.path}: ${event.because}`);
  expect(skipped.sort()).toEqual([
    "top.many#2.turnRight: right",
    "top.many.turnLeft: left",
    "top.sub.after: off",
    "top.sub.leaf.turnRight: right",
    "top.sub.off: ",
  ]);
});
