import { setImmediate } from "node:timers/promises";
import type { ChatMessage } from "millrace";
import { expect, it } from "vitest";
import { begins, event, says } from "./reply/testing/written.js";
import { TurnFeed } from "./turn-feed.js";

const waits = () => event({ type: "run.waiting", waitingFor: [] });
const feedOf = () => {
  const feed = new TurnFeed({
    runId: "r1",
    reply: (output) => output as ChatMessage,
    fit: (chunk) => chunk,
    errorText: ({ message }) => message,
    steps: false,
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
