import { setImmediate } from "node:timers/promises";
import type { ChatMessage } from "millrace";
import { expect, it } from "vitest";
import { messageParts } from "./reply/shown-part.js";
import { begins, event, says, step } from "./reply/testing/written.js";
import { type FeedOptions, TurnFeed } from "./turn-feed.js";

const waits = () => event({ type: "run.waiting", waitingFor: [] });
const feedOf = (options: Partial<FeedOptions> = {}) => {
  const feed = new TurnFeed({
    runId: "r1",
    reply: (output) => output as ChatMessage,
    fit: (chunk) => chunk,
    errorText: ({ message }) => message,
    steps: false,
    ...options,
  });
  for (const one of [begins(), says("so ")]) feed.take(one);
  const isOver = () => Promise.race([feed.over.then(() => true), setImmediate(false)]);
  return { feed, isOver };
};

it("goes on over a rest for which answers are on their way, and ends with it where none of them comes", async () => {
  const { feed, isOver } = feedOf();
  for (let i = 0; i < 2; i++) void feed.answered(["q1"]);
  feed.take(waits());
  feed.withdraw(["q1"]);
  expect(await isOver()).toBe(false);
  feed.withdraw(["q1"]);
  expect(await isOver()).toBe(true);
});

it("ends with no rest that was over when the answer was withdrawn", async () => {
  const { feed, isOver } = feedOf();
  for (const id of ["q1", "q2"]) void feed.answered([id]);
  feed.take(waits());
  feed.take(event({ type: "ask.answered", id: "q1", step: "ask", number: 1, answer: { value: 1 } }));
  feed.withdraw(["q2"]);
  expect(await isOver()).toBe(false);
  feed.take(waits());
  expect(await isOver()).toBe(true);
});

it("keeps what is shown only when the run comes to rest, before it does", () => {
  const { feed } = feedOf();
  const call = { toolCallId: "c", toolName: "look" };
  const question = { id: "q1", prompt: "Well?", schema: {} };
  feed.take(says({ type: "tool-input-available", ...call, input: 1 }, "other"));
  // while a text and a call stand open, it is not asked yet
  feed.take(event({ type: "ask.requested", step: "answer", number: 1, attempt: 1, ...question }));
  feed.take(says({ type: "tool-output-available", toolCallId: "c", output: 2 }, "other"));
  feed.take(step("completed", "other"));
  const kept = feed.unkept({ waits: true });
  feed.take(waits());
  const { feed: next } = feedOf({ begun: "rested" });
  next.told(kept!);
  next.toldAll({ rested: true, asked: [] });
  expect(messageParts(next.parts)).toEqual(messageParts(feed.parts));
  expect(messageParts(feed.parts)).toMatchObject([{ type: "text" }, { toolCallId: "c" }, { toolCallId: "q1" }]);
  // and where nobody has kept it
  const { feed: other } = feedOf({ begun: "rested" });
  other.told(kept!.filter(({ toolCallId, type }) => toolCallId !== "q1" && type !== "text-end"));
  other.toldAll({ rested: true, asked: [question as never] });
  expect(messageParts(other.parts)).toEqual(messageParts(feed.parts));
});
