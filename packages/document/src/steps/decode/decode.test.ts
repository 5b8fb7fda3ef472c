import { describe, expect, test } from "vitest";
import { z } from "zod";
import { failure, problemsOf, runStep } from "../testing/run-step.js";
import { decode } from "./decode.js";

const Review = z.strictObject({ rating: z.int(), tags: z.array(z.string()), note: z.string().optional() });

describe("json", () => {
  test("a value of a type, converted where nothing is lost", async () => {
    const text = 'Sure:\n```json\n{"rating":"4","tags":["a",1],"note":null}\n```';
    expect(await runStep(decode, { text, as: Review })).toEqual({ rating: 4, tags: ["a", "1"], note: undefined });
    expect(await runStep(decode, { text })).toEqual({ rating: "4", tags: ["a", 1], note: null });
  });

  test("every place that does not fit is named", async () => {
    const error = await failure(decode, { text: '{"rating":"good","tags":{},"extra":1}', as: Review });
    expect(error.code).toBe("STEP_DECODE_FAILED");
    expect(error.message).toMatch(/rating: .*tags/s);
    expect((error.details as { problems: { path: unknown }[] }).problems.map(({ path }) => path)).toContainEqual([
      "rating",
    ]);
  });

  test.each([
    ["words", "no", /found no JSON in "no"/],
    ["two objects", '{"a":1} {"a":2}', /2 JSON values/],
    ["what is no text", { a: 1 }, /was given an object, not a text/],
    ["nothing", null, /was given null/],
    ["what is nested too deep", "[".repeat(200) + "]".repeat(200), /nested too deep/],
    ["100,000 brackets", "[".repeat(100_000) + "]".repeat(100_000), /nested too deep/],
    ["a key that no object may have", '{"a":{"__proto__":{"admin":true}}}', /"__proto__"/],
  ])("%s", async (_what, text, message) => {
    const type = { ...decode, config: z.any() };
    const config = { text, format: "json", repair: false, maxDepth: 100 };
    const error = await failure(type, config);
    expect(error.code).toBe("STEP_DECODE_FAILED");
    expect(error.message).toMatch(message);
  });

  test("repair mends what is cut off or badly quoted, where it is asked to", async () => {
    const text = "Here you are: {rating: 4, 'tags': ['a', 'b'";
    expect((await failure(decode, { text })).hint).toMatch(/repair/);
    expect(await runStep(decode, { text, repair: true, as: Review })).toEqual({ rating: 4, tags: ["a", "b"] });
  });
});

describe("xml", () => {
  const text =
    '<?xml version="1.0"?>\n<review lang="en"><rating>4</rating><tags>a</tags><note>1 &lt; 2</note></review>';

  test("elements, attributes and text, of a type", async () => {
    expect(await runStep(decode, { text, format: "xml" })).toEqual({
      review: { "@lang": "en", rating: "4", tags: "a", note: "1 < 2" },
    });
    const as = Review.extend({ "@lang": z.string() });
    expect(await runStep(decode, { text: `Yes:\n${text}\nDone.`, format: "xml", root: "review", as })).toEqual({
      "@lang": "en",
      rating: 4,
      tags: ["a"],
      note: "1 < 2",
    });
  });

  test.each([
    ["an unclosed tag", "<a><b></a>", /line 1/],
    ["words", "no", /can't read the XML/],
    ["entities", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', /DOCTYPE/],
    ["what is nested too deep", "<a>".repeat(5000) + "</a>".repeat(5000), /nested/],
    ["another root", "<b/>", /no <a>.*/],
  ])("%s", async (_what, given, message) => {
    const error = await failure(decode, { text: given, format: "xml", root: "a" });
    expect(error.code).toBe("STEP_DECODE_FAILED");
    expect(error.message).toMatch(message);
  });
});

test("what makes no sense together is told at load", () => {
  expect(problemsOf(decode, { text: "x", root: "a" })).toMatchObject([{ path: ["root"] }]);
  expect(problemsOf(decode, { text: "x", format: "xml", repair: true })).toMatchObject([{ path: ["repair"] }]);
  const type = () => ({ problem: { message: "There is no type Revue.", nearest: "Review" } });
  expect(problemsOf(decode, { text: "x", as: "Revue" }, { type })).toMatchObject([{ path: ["as"], nearest: "Review" }]);
});
