import { createDraft, finishDraft } from "immer";
import { describe, expect, test } from "vitest";
import { type MemoryMessage, memory } from "./memory.js";
import { type MemoryWindow, recentMessages } from "./recent-messages.js";
import { summaryEnd } from "./summary-end.js";

const said = (...texts: string[]): MemoryMessage[] =>
  texts.map((content) => ({
    role: content.startsWith("result") ? "tool" : content.startsWith("rule") ? "system" : "user",
    content,
  }));
const call = (...ids: string[]): MemoryMessage => ({
  role: "assistant",
  content: ids.map((toolCallId) => ({ type: "tool-call", toolCallId, toolName: "t", input: {} })),
});
const result = (...ids: string[]): MemoryMessage => ({
  role: "tool",
  content: ids.map((toolCallId) => ({ type: "tool-result", toolCallId, toolName: "t", output: {} })),
});
const shown = ({ role, content }: MemoryMessage) =>
  typeof content === "string"
    ? content
    : `${role === "tool" ? "result" : "call"} ${content.map((part) => (part as { toolCallId?: string }).toolCallId ?? part.type)}`;
const recent = (window: MemoryWindow | undefined, all: MemoryMessage[], count?: (message: MemoryMessage) => number) =>
  recentMessages(all, window, count).map(shown);

describe("what is told on", () => {
  test.each<[string, MemoryWindow | undefined, string[], string[]]>([
    ["all of it without a window", undefined, ["a", "b"], ["a", "b"]],
    ["nothing of nothing", { messages: 2 }, [], []],
    ["the newest messages", { messages: 2 }, ["a", "b", "c"], ["b", "c"]],
    ["as many as there are", { messages: 9 }, ["a", "b"], ["a", "b"]],
    ["the newest tokens, four characters each", { tokens: 2 }, ["aaaa", "bbbb", "cccc"], ["bbbb", "cccc"]],
    ["the newest, however long it is", { tokens: 1 }, ["a", "b".repeat(100)], ["b".repeat(100)]],
    ["the narrower of both", { messages: 2, tokens: 1 }, ["a", "b", "c"], ["c"]],
    ["no answer of a tool whose call stands outside", { messages: 3 }, ["a", "b", "result 1", "result 2", "c"], ["c"]],
    ["an answer of a tool with its call", { messages: 3 }, ["a", "call", "result", "c"], ["call", "result", "c"]],
    ["the newest with the call that it answers", { messages: 1 }, ["a", "call", "result"], ["call", "result"]],
    [
      "what the system says beside the window",
      { messages: 1 },
      ["rule 1", "a", "rule 2", "b"],
      ["rule 1", "rule 2", "b"],
    ],
    [
      "what the system says within the tokens",
      { tokens: 3 },
      ["rule", "aaaa", "bbbb", "cccc"],
      ["rule", "bbbb", "cccc"],
    ],
  ])("%s", (...[, window, messages, expected]) => {
    expect(recent(window, said(...messages))).toEqual(expected);
  });

  test("counted as the caller counts", () => {
    expect(recent({ tokens: 3 }, said("a", "b", "c"), () => 1.5)).toEqual(["b", "c"]);
  });

  test.each<[string, number, MemoryMessage[], string[]]>([
    [
      "several results of one message",
      2,
      [...said("a"), call("1", "2"), result("1"), result("2")],
      ["call 1,2", "result 1", "result 2"],
    ],
    [
      "two calls that overlap",
      3,
      [...said("a"), call("1"), call("2"), result("2"), result("1")],
      ["call 1", "call 2", "result 2", "result 1"],
    ],
    ["one that ends before the window", 1, [call("1"), result("1"), ...said("a")], ["a"]],
    [
      "one in the middle",
      4,
      [...said("a"), call("1"), result("1"), ...said("b", "c")],
      ["call 1", "result 1", "b", "c"],
    ],
    ["one that the window would cut", 3, [...said("a"), call("1"), result("1"), ...said("b", "c")], ["b", "c"]],
    ["an id that comes again", 2, [call("1"), result("1"), call("1"), result("1")], ["call 1", "result 1"]],
  ])("calls and results together: %s", (...[, messages, all, expected]) => {
    expect(recent({ messages }, all)).toEqual(expected);
  });

  test("no half of a call anywhere", () => {
    const text = { type: "text", text: "let me see" };
    const both = { role: "assistant", content: [text, ...(call("2").content as object[])] } as MemoryMessage;
    const all = [call("1"), ...said("a"), result("9"), both, ...said("b"), call("3"), result("3"), call("3")];
    expect(recent(undefined, all)).toEqual(["a", "call text", "b", "call 3", "result 3"]);
    expect(all).toHaveLength(8);
  });
});

describe("a summary", () => {
  const summary = (content: string, until: number): MemoryMessage => ({ role: "system", content, summary: { until } });

  test("stands for what it covers, and rules stay", () => {
    const all = [...said("rule", "a", "b", "c"), summary("a and b", 3), ...said("d")];
    expect(recent(undefined, all)).toEqual(["rule", "a and b", "c", "d"]);
    expect(recentMessages(all)[1]).toEqual({ role: "user", content: "a and b" });
    expect(recent({ messages: 1 }, all)).toEqual(["rule", "a and b", "d"]);
  });

  test("one without a word lets what it covers be forgotten", () => {
    expect(recent(undefined, [...said("rule", "a"), summary("", 2), ...said("b")])).toEqual(["rule", "b"]);
  });

  test("the one that covers most counts", () => {
    const all = [...said("a", "b", "c"), summary("all", 3), summary("less", 2), ...said("d")];
    expect(recent(undefined, all)).toEqual(["all", "d"]);
  });

  test("none covers what stands after it, whoever has shortened the memory", () => {
    const shortened = [...said("c"), summary("a and b", 30), ...said("d", "e")];
    const now = said("f");
    const told = (messages: number) => recentMessages(shortened, { messages, now }).map(({ content }) => content);
    expect(told(10)).toEqual(["a and b", "d", "e", "f"]);
    expect(told(1)).toEqual(["a and b", "f"]);
    expect(recent(undefined, [...shortened, summary("all but f", 3), ...now])).toEqual(["all but f", "e", "f"]);
    expect(summaryEnd(shortened, 1)).toBe(3);
  });
});

describe("what a summary may cover", () => {
  test.each<[string, number, MemoryMessage[], number | undefined]>([
    ["all but the newest", 2, said("a", "b", "c", "d"), 2],
    ["nothing of what is to be kept", 2, said("a", "b"), undefined],
    ["no call without its result", 2, [...said("a"), call("1"), result("1"), ...said("b")], 1],
    ["what the system says does not count", 1, said("rule", "a", "rule", "b"), 3],
    ["rules alone are no reason", 1, said("rule", "a"), undefined],
    ["all of it", 0, said("a", "b"), 2],
    [
      "what the last one does not",
      1,
      [...said("a", "b"), { role: "system", content: "a", summary: { until: 1 } }, ...said("c", "d")],
      4,
    ],
    [
      "nothing, where the last one does already",
      1,
      [...said("a", "b"), { role: "system", content: "a", summary: { until: 1 } }],
      undefined,
    ],
  ])("%s", (...[, keep, all, expected]) => {
    expect(summaryEnd(all, keep)).toBe(expected);
  });
});

test("what is told on is the caller's to keep, and the memory stays open", () => {
  const all = said("a", "b");
  const [first] = recentMessages(all);
  expect(Object.isFrozen(first)).toBe(true);
  expect(Object.isFrozen(all)).toBe(false);
  expect(Object.isFrozen(all[0])).toBe(false);
});

test("ten thousand calls whose results come last", () => {
  const ids = Array.from({ length: 10_000 }, (_, i) => `${i}`);
  const all = [...said("a"), ...ids.map((id) => call(id)), ...ids.map((id) => result(id)), ...said("b")];
  expect(recent({ messages: 100 }, all)).toEqual(["b"]);
});

test("what is said now stands at the end, and takes of the room", () => {
  const all = said("a", "b");
  expect(recentMessages(all, { messages: 2, now: said("c") }).map(shown)).toEqual(["b", "c"]);
  expect(recentMessages([], { now: said("c") }).map(shown)).toEqual(["c"]);
  expect(all).toHaveLength(2);
});

test("a memory is empty at first, and takes what models say", () => {
  expect(memory().parse(undefined)).toEqual([]);
  const messages = [...said("a"), call("1"), result("1"), { role: "assistant", content: "b", model: "m" }];
  expect(memory().parse(messages)).toEqual(messages);
  expect(memory().safeParse([{ role: "robot", content: "x" }]).success).toBe(false);
  expect(memory().safeParse([{ role: "user", content: 5 }]).success).toBe(false);
});

test("in a step, where a memory is a draft, changed or not", () => {
  const before = said("a");
  const draft = createDraft({ talk: before });
  expect(recentMessages(draft.talk).map(shown)).toEqual(["a"]);
  draft.talk.push(...(said("b") as never[]));
  const told = recentMessages(draft.talk);
  finishDraft(draft);
  expect(told.map(shown)).toEqual(["a", "b"]);
  expect(Object.isFrozen(before)).toBe(false);
});
