import { ChatMessage } from "millrace";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { chatShape, isChat } from "./chat-shape.js";

const reply = ChatMessage;

describe("chatShape", () => {
  it.each([
    ["alone", z.object({ message: ChatMessage })],
    ["optional", z.object({ message: ChatMessage.optional() })],
    ["with a default", z.object({ message: ChatMessage.default({ id: "", role: "user", parts: [] }) })],
    ["described", z.object({ message: ChatMessage.describe("what was said") })],
    ["refined", z.object({ message: ChatMessage.refine(({ role }) => role === "user") })],
  ])("finds the message of the inputs: %s", (_, inputs) => {
    expect(chatShape({ inputs, output: reply })).toEqual({ message: "message", sessionInputs: [], ownInputs: true });
  });

  it("tells the history and what is set once per chat apart", () => {
    const inputs = z.object({ said: ChatMessage, before: z.array(ChatMessage).default([]), tone: z.string() });
    expect(chatShape({ inputs, output: z.object({ reply }) })).toEqual({
      message: "said",
      history: "before",
      sessionInputs: ["tone"],
      output: "reply",
      ownInputs: true,
    });
  });

  it("takes inputs that are parts of the state", () => {
    const state = z.object({ message: ChatMessage, topic: z.string() });
    expect(chatShape({ state, output: reply })).toEqual({
      message: "message",
      sessionInputs: ["topic"],
      ownInputs: false,
    });
  });

  it.each([
    ["nothing at all", {}, /not an object/],
    ["a list as inputs", { inputs: z.array(ChatMessage), output: reply }, /not an object/],
    ["no message", { inputs: z.object({ topic: z.string() }), output: reply }, /none of its inputs/],
    ["something like a message", { inputs: z.object({ m: z.object({ id: z.string() }) }), output: reply }, /none of/],
    ["two messages", { inputs: z.object({ a: ChatMessage, b: ChatMessage }), output: reply }, /several.*: a, b/],
    [
      "two histories",
      { inputs: z.object({ m: ChatMessage, a: z.array(ChatMessage), b: z.array(ChatMessage) }), output: reply },
      /lists of ChatMessages.*: a, b/,
    ],
    [
      "a history in the state",
      { state: z.object({ m: ChatMessage, h: z.array(ChatMessage) }), output: reply },
      /lists/,
    ],
    [
      "an input that can't be sent",
      { inputs: z.object({ m: ChatMessage, id: z.string() }), output: reply },
      /use for.*: id/,
    ],
    ["no output", { inputs: z.object({ m: ChatMessage }) }, /no output/],
    ["another output", { inputs: z.object({ m: ChatMessage }), output: z.string() }, /not exactly one/],
    [
      "two replies",
      { inputs: z.object({ m: ChatMessage }), output: z.object({ a: reply, b: reply }) },
      /not exactly one/,
    ],
  ])("says why it is none: %s", (_, schemas, why) => {
    const shape = chatShape(schemas);
    expect(isChat(shape)).toBe(false);
    expect(shape).toMatchObject({ reason: expect.stringMatching(why), hint: expect.any(String) });
  });
});
