/** What a step of a class reads beside its payload: inputs, results of other steps; and what its class makes the run return. */
import { type CallSources, collected, Flow, listen, type StepTools, start, toolsOf } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";

async function* words(text: string, { call }: Pick<StepTools, "call">) {
  for (const word of text.split(" ")) yield `${word}${call.number}`;
}

class Report extends Flow<typeof Report> {
  static inputs = z.object({ title: z.string() });
  static keepsInputs = true;

  static result({ inputs, output }: CallSources) {
    return [(inputs as { title: string }).title, output("write"), output("never")];
  }

  @start() load() {
    return 3;
  }
  @listen("load") check(rows: number) {
    return rows > 0 ? "fine" : "empty";
  }
  @listen("check", { when: (_state, _verdict, { output }) => output("load") === 3 }) write(verdict: string) {
    const { title } = this.call.inputs as z.output<typeof Report.inputs>;
    return `${title}: ${this.call.output("load")} ${verdict}`;
  }
  @listen("check", { when: (_state, _verdict, { inputs }) => inputs === undefined }) never() {
    return "never";
  }
  @listen("write") told(text: string) {
    return collected(words(text, toolsOf(this)));
  }
}

test("inputs and results of other steps", async () => {
  const result = await new Report().kickoff({ title: "May" });
  expect(result).toMatchObject({ status: "completed", output: ["May", "May: 3 fine", undefined] });
  expect(result.outputs).toEqual({
    load: 3,
    check: "fine",
    write: "May: 3 fine",
    told: ["May:1", "31", "fine1"].join(""),
  });
});

test("a class that does not keep its inputs has none", async () => {
  class Plain extends Flow<typeof Plain> {
    static inputs = z.object({ n: z.number() });
    @start() one() {
      return this.call.inputs === undefined;
    }
  }
  expect((await new Plain().kickoff({ n: 1 })).outputs.one).toBe(true);
});

test("statics of the wrong kind are told", () => {
  class Wrong extends Flow {
    static keepsInputs = "yes";
    @start() one() {}
  }
  expect(() => Wrong.plan()).toThrow("`static keepsInputs` of Wrong is not true or false.");
  class Other extends Flow {
    static result = "one";
    @start() one() {}
  }
  expect(() => Other.plan()).toThrow("`static result` of Other is not a function.");
});
