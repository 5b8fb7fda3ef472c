/** What the library would print of a model goes to the step's log. */
import { tool } from "@millrace/ai";
import type { FlowLogger } from "millrace";
import { createOpenAICompatible } from "openai-compatible5";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { asking } from "./support/asking.js";
import { loop } from "./support/loop.js";

test("a provider of an earlier major is told of once in a call, and printed nowhere", async () => {
  const { server } = await loop([{ calls: [{ name: "look", input: {} }] }, "fine"]);
  const model = createOpenAICompatible({ name: "loop", baseURL: server.url })("small") as never;
  const logged: string[] = [];
  const nothing = () => undefined;
  const logger: FlowLogger = { debug: nothing, info: nothing, warn: (text) => void logged.push(text), error: nothing };
  const before = globalThis.AI_SDK_LOG_WARNINGS;
  const printed: unknown[] = [];
  const mine = (...given: unknown[]) => void printed.push(given);
  globalThis.AI_SDK_LOG_WARNINGS = mine;
  onTestFinished(() => {
    globalThis.AI_SDK_LOG_WARNINGS = before;
  });
  const look = tool({ parameters: z.object({}), run: () => 1 });
  const { result } = await asking({ model, prompt: "?", tools: { look } }, {}, { logger });
  expect(result).toMatchObject({ text: "fine", steps: 2 });
  expect(logged).toEqual([
    expect.stringMatching(/^Model "loop\/small": "specificationVersion" is used in another way/),
  ]);
  expect(printed).toEqual([]);
  expect(globalThis.AI_SDK_LOG_WARNINGS).toBe(mine);
});
