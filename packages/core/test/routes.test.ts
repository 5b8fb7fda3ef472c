import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Flow, listen, router, start } from "../src/index.js";

class Guess extends Flow {
  @start() a() {
    return 1;
  }
  @router("a") b(): "x" | "y" {
    return "y";
  }
  @listen("x") c() {
    return "c";
  }
}

test("a label that is only guessed at and that nobody hears ends its path, with an event", async () => {
  const flow = new Guess();
  const unheard: string[] = [];
  flow.events.on("route.unheard", ({ label }) => unheard.push(label));
  const result = await flow.kickoff();
  expect(result).toMatchObject({ status: "completed", output: undefined });
  expect(unheard).toEqual(["y"]);
});

test("a result can be printed", async () => {
  const shown = inspect(await new Guess().kickoff());
  expect(shown).toContain("a: 1");
  expect(shown).not.toContain("Getter");
});

test("a stream of wrong inputs tells by its result and its loop", async () => {
  const stream = new Guess().stream({ x: 1 } as never);
  await expect(stream.result).rejects.toMatchObject({ code: "RUN_INPUTS_INVALID" });
  await expect(async () => {
    for await (const _ of stream);
  }).rejects.toMatchObject({ code: "RUN_INPUTS_INVALID" });
  await expect(new Guess().kickoff({}, { id: "" })).rejects.toMatchObject({ code: "RUN_INPUTS_INVALID" });
});
