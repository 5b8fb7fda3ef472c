import { describe, expect, test } from "vitest";
import { type Memory, type Message, memoryIn } from "./memory.js";

const said = (...texts: string[]): Message[] =>
  texts.map((content) => ({ role: content.startsWith("result") ? "tool" : "user", content }));
const recent = (window: Memory["window"], messages: Message[], tokensOf?: (message: Message) => number) =>
  memoryIn({ m: messages }, { id: "m", ...(window && { window }) })
    .recent(tokensOf)
    .map(({ content }) => content);

describe("what is told on", () => {
  test.each<[string, Memory["window"], string[], string[]]>([
    ["all of it without a window", undefined, ["a", "b"], ["a", "b"]],
    ["nothing of nothing", { messages: 2 }, [], []],
    ["the newest messages", { messages: 2 }, ["a", "b", "c"], ["b", "c"]],
    ["as many as there are", { messages: 9 }, ["a", "b"], ["a", "b"]],
    ["the newest tokens, four characters each", { tokens: 2 }, ["aaaa", "bbbb", "cccc"], ["bbbb", "cccc"]],
    ["the newest, however long it is", { tokens: 1 }, ["a", "b".repeat(100)], ["b".repeat(100)]],
    ["the narrower of both", { messages: 2, tokens: 1 }, ["a", "b", "c"], ["c"]],
    ["no answer of a tool whose call stands outside", { messages: 3 }, ["a", "b", "result 1", "result 2", "c"], ["c"]],
    ["an answer of a tool with its call", { messages: 3 }, ["a", "call", "result", "c"], ["call", "result", "c"]],
    ["an answer of a tool that is all there is", { messages: 1 }, ["call", "result"], ["result"]],
  ])("%s", (...[, window, messages, expected]) => {
    expect(recent(window, said(...messages))).toEqual(expected);
  });

  test("counted as the step type counts", () => {
    expect(recent({ tokens: 3 }, said("a", "b", "c"), () => 1.5)).toEqual(["b", "c"]);
  });
});

test("what is added stands in the state", () => {
  const state = { m: said("a") };
  const memory = memoryIn(state, { id: "m" });
  memory.add(...said("b", "c"));
  expect(state.m).toHaveLength(3);
  expect(memory.messages).toBe(state.m);
});
