/** What a reader of a reply sees: everything once, each part on lines of its own. */
import type { ChatMessage, FlowEvent } from "millrace";
import { expect, test } from "vitest";
import { ReplyView } from "./reply-view.js";

function seen(events: readonly Partial<FlowEvent>[], reply?: string): string {
  let text = "";
  const view = new ReplyView({
    say: (piece) => {
      text += piece;
    },
    note: (line) => {
      text += `(${line})\n`;
    },
  });
  for (const event of events) view.event(event as FlowEvent);
  const parts = [{ type: "text", text: reply }];
  view.end(reply === undefined ? undefined : ({ id: "r", role: "assistant", parts } as ChatMessage));
  return text;
}

const at = (step: string) => ({ runId: "r", flow: "Chat", seq: 1, at: 0, step, number: 1 });
const chunk = (chunk: unknown, step = "answer") => ({ ...at(step), type: "output.chunk", chunk }) as never;
const begin = (id: string) => chunk({ type: "text-start", id });
const text = (id: string, delta: string) => chunk({ type: "text-delta", id, delta });

test("pieces follow each other, and the reply that they make is not told again", () => {
  expect(seen([begin("1"), text("1", "Hello "), text("1", "Ada.")], "Hello  Ada.")).toBe("Hello Ada.\n");
  expect(seen([chunk("plain "), chunk("words")], "plain words")).toBe("plain words\n");
  expect(seen([], "all at once")).toBe("all at once\n");
  expect(seen([begin("1"), text("1", "Let me see.")], "Found.")).toBe("Let me see.\nFound.\n");
});

test("a part that is told again is shown on, or anew where it is another one", () => {
  const half = [begin("1"), text("1", "Rivers "), text("1", "run")];
  expect(seen([...half, begin("1"), text("1", "Rivers run"), text("1", " down.")])).toBe("Rivers run down.\n");
  expect(seen([...half, begin("1"), text("1", "Rivers "), text("1", "flow")])).toBe("Rivers run\nRivers flow\n");
  const again = { ...at("answer"), type: "step.started", attempt: 2, trigger: "start" } as never;
  expect(seen([chunk("one "), chunk("two"), again, chunk("one "), chunk("two "), chunk("three")])).toBe(
    "one two three\n",
  );
});

test("parts beside each other stand on lines of their own, and calls of tools between", () => {
  const call = { toolCallId: "1", toolName: "look_up" };
  const called = chunk({ type: "tool-input-available", ...call, input: { id: 7 } });
  const done = chunk({ type: "tool-output-available", toolCallId: "1", output: "found" });
  expect(seen([begin("1"), text("1", "a"), begin("2"), text("2", "b"), text("1", "c")])).toBe("a\nb\nc\n");
  expect(seen([begin("1"), text("1", "a"), called, called, done, begin("2"), text("2", "b")])).toBe(
    'a\n(look_up {"id":7})\n(→ found)\nb\n',
  );
  const failed = chunk({ type: "tool-output-error", toolCallId: "1", errorText: "no\u001b[31m way" });
  expect(seen([called, failed])).toBe('(look_up {"id":7})\n(✗ no way)\n');
});

test("what inner flows say is said to their callers", () => {
  const inner = { ...(chunk("aside") as object), path: [{ runId: "p", flow: "P", step: "s", number: 1 }] } as never;
  expect(seen([inner], "reply")).toBe("reply\n");
});

test("a long reply in many pieces costs what it is long", () => {
  const pieces = Array.from({ length: 20_000 }, () => text("1", "ten bytes "));
  expect(seen([begin("1"), ...pieces])).toHaveLength(200_001);
});
