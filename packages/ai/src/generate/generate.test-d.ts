import { flow } from "millrace";
import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import { tool } from "../tools/tool.js";
import { generate } from "./generate.js";
import { llm } from "./llm.js";

const weather = tool({
  parameters: z.object({ city: z.string(), days: z.number().default(1) }),
  run: async ({ city, days }) => {
    expectTypeOf(city).toBeString();
    expectTypeOf(days).toBeNumber();
    return { sky: "clear" as const };
  },
});

test("the result's type follows `output`", async () => {
  const plain = () => generate({ model: "a/b", prompt: "?" });
  expectTypeOf<Awaited<ReturnType<typeof plain>>["output"]>().toBeUndefined();
  const typed = () => generate({ model: "a/b", prompt: "?", output: z.object({ n: z.coerce.number() }) });
  expectTypeOf<Awaited<ReturnType<typeof typed>>["output"]>().toEqualTypeOf<{ n: number }>();
  const chosen = () => generate({ model: ["a/b", "c/d"], prompt: "?", output: z.enum(["x", "y"]) });
  expectTypeOf<Awaited<ReturnType<typeof chosen>>["output"]>().toEqualTypeOf<"x" | "y">();
});

test("calls are typed by their tools", () => {
  const asks = () => generate({ model: "a/b", prompt: "?", tools: { weather }, toolChoice: { tool: "weather" } });
  type Call = Awaited<ReturnType<typeof asks>>["toolCalls"][number];
  type Done = Extract<Call, { status: "done" }>;
  expectTypeOf<Done["toolName"]>().toEqualTypeOf<"weather">();
  expectTypeOf<Done["input"]>().toEqualTypeOf<{ city: string; days: number }>();
  expectTypeOf<Done["output"]>().toEqualTypeOf<{ sky: "clear" }>();
});

test("what can't be is refused by the compiler", () => {
  // @ts-expect-error there is no such tool
  () => generate({ model: "a/b", prompt: "?", tools: { weather }, toolChoice: { tool: "wether" } });
  // @ts-expect-error a misspelt option
  () => generate({ model: "a/b", promt: "?" });
  // @ts-expect-error a misspelt setting
  () => generate({ model: "a/b", prompt: "?", settings: { temprature: 0 } });
  // @ts-expect-error a misspelt option of a step
  () => llm({ model: "a/b", promt: "?" });
  // @ts-expect-error a misspelt setting of a step
  () => llm({ model: "a/b", prompt: "?", settings: { temprature: 0 } });
  // @ts-expect-error a misspelt option of a tool
  tool({ parameters: z.object({}), run: () => 1, aproval: true });
  // @ts-expect-error no model
  () => generate({ prompt: "?" });
  // @ts-expect-error the parameters have no such field
  tool({ parameters: z.object({ city: z.string() }), run: ({ town }) => town });
});

test("steps of the builder are typed by their prompts and outputs", () => {
  const write = llm({ model: "a/b", prompt: ({ topic }: { topic: string }) => topic });
  expectTypeOf(write).parameter(0).toEqualTypeOf<{ topic: string }>();
  expectTypeOf(write).returns.resolves.toBeString();
  const built = flow("f")
    .input(z.object({ topic: z.string() }))
    .step("write", write)
    .step(
      "judge",
      llm({ model: "a/b", prompt: (t: string) => t, output: z.object({ good: z.boolean() }) }),
      ({ write }) => write,
    );
  built.output(({ judge }) => judge.good);
  // @ts-expect-error the topic is a text
  built.step("wrong", write, ({ judge }) => ({ topic: judge.good }));
});
