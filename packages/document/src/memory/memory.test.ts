import { expect, test } from "vitest";
import { type Message, memoryIn } from "./memory.js";

const said = (...texts: string[]): Message[] => texts.map((content) => ({ role: "user", content }));

test("what is added stands in the state", () => {
  const state = { m: said("a") };
  const memory = memoryIn(state, { id: "m" });
  memory.add(...said("b", "c"));
  expect(state.m).toHaveLength(3);
  expect(memory.messages).toBe(state.m);
});

test("what is told on is what its window has room for", () => {
  const memory = memoryIn({ m: said("a", "b", "c") }, { id: "m", window: { messages: 2 } });
  expect(memory.recent().map(({ content }) => content)).toEqual(["b", "c"]);
  expect(memoryIn({ m: said("a", "b") }, { id: "m", window: { tokens: 3 } }).recent(() => 2)).toHaveLength(1);
});
