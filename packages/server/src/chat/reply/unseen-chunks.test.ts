import { expect, test } from "vitest";
import type { ShownPart, ShownText, ShownTool } from "./shown-part.js";
import { unseenChunks } from "./unseen-chunks.js";

const text = (id: string, said: string, more: Partial<ShownText> = {}): ShownText => ({
  kind: "text",
  id,
  source: id,
  call: "answer:1",
  text: said,
  open: false,
  stale: false,
  ...more,
});
const tool = (state: ShownTool["state"], more: Partial<ShownTool> = {}): ShownTool => ({
  kind: "tool",
  toolCallId: "t",
  toolName: "look",
  call: "answer:1",
  state,
  inputText: "",
  input: {},
  ...more,
});
const file: ShownPart = { kind: "chunk", chunk: { type: "file", url: "data:,a", mediaType: "text/plain" } };
const types = (parts: readonly ShownPart[], seen: readonly ShownPart[]) =>
  unseenChunks(parts, seen).chunks.map(({ type, delta }) => (delta === undefined ? type : `${type} ${delta}`));

test("nothing is told of what the client has", () => {
  const parts = [text("a", "One. "), tool("output", { output: 1 }), file, text("b", "Two.")];
  expect(types(parts, parts)).toEqual(["tool-output-available"]);
  expect(types([tool("input", { approvalId: "q" })], [tool("input")])).toEqual([]);
  expect(types([], parts)).toEqual([]);
});

test("all is told of what it has not, a text from where it breaks off", () => {
  const parts = [text("a", "One. "), text("b", "Two. Three.")];
  expect(types(parts, [])).toEqual([
    "text-start",
    "text-delta One. ",
    "text-end",
    "text-start",
    "text-delta Two. Three.",
    "text-end",
  ]);
  expect(types(parts, [text("x", "One. "), text("y", "Two. ")])).toEqual([
    "text-start",
    "text-delta Three.",
    "text-end",
  ]);
});

test("the start of an open text that the client has so far waits for what comes of it", () => {
  const { chunks, starts } = unseenChunks([text("b", "Two. ", { open: true })], [text("y", "Two. ")]);
  expect([chunks, starts]).toEqual([[], [{ type: "text-start", id: "b" }]]);
});

test("a text that was told in several goes is several to the client", () => {
  const parts = [text("a", "One. Two. Three."), text("b", "Else.")];
  const seen = [text("w", ""), text("x", "One. "), text("y", "Else."), text("z", "Two. ")];
  expect(types(parts, seen)).toEqual(["text-start", "text-delta Three.", "text-end"]);
  expect(types(parts, [...seen, text("!", "Three.")])).toEqual([]);
});

test("of a call that the client knows the end is told, whatever it has made of it", () => {
  const ended = [tool("output", { output: "paid" })];
  expect(types(ended, [tool("output", { output: true })])).toEqual(["tool-output-available"]);
  expect(types([tool("denied")], [tool("input")])).toEqual(["tool-output-denied"]);
  expect(types(ended, [tool("streaming")])).toEqual(["tool-input-available", "tool-output-available"]);
});

test("what a client makes up costs no more than it is long", () => {
  const many = (said: string) => Array.from({ length: 50_000 }, (_, i) => text(`${i}`, `${said}${i}`));
  expect(types(many("a"), many("b"))).toHaveLength(150_000);
});
