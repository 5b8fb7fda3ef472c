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

test.each<[string, unknown]>([
  ["<a>&#65;&#x42;&#x1F600;&amp;#65;&lt;&gt;&quot;&apos;&#10;</a>", { a: "AB😀&#65;<>\"'\n" }],
  ["<a x='&#65;&amp;'/>", { a: { "@x": "A&" } }],
  ["<a><![CDATA[&#65;&nope;]]></a>", { a: "&#65;&nope;" }],
])("entities are what they stand for: %s", async (text, value) => {
  expect(await runStep(decode, { text, format: "xml" })).toEqual(value);
});

test.each([
  "<a>&nope;</a>",
  "<a x='&nope;'/>",
  "<a>&#0;</a>",
  "<a>&#xD800;</a>",
  "<a>&#x110000;</a>",
  "<a>&#99999999999999999999;</a>",
  "<a>&toString;</a>",
  "<a>a & b</a>",
  "<__proto__>1</__proto__>",
  "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
])("refused: %s", async (text) => {
  const error = await failure(decode, { text, format: "xml" });
  expect(error).toMatchObject({ code: "STEP_DECODE_FAILED", message: expect.stringContaining("can't read the XML") });
});

test.each<[string, object, RegExp]>([
  ["long XML", { text: `<a>${"x".repeat(1_000_000)}</a>`, format: "xml" }, /takes 1000000/],
  ["long JSON", { text: `"${"x".repeat(10_000_000)}"` }, /takes 10000000/],
  ["a stated length", { text: "[1,2,3]", maxLength: 6 }, /was given 7 characters, and takes 6/],
  ["deep XML", { text: "<a>".repeat(100_000) + "</a>".repeat(100_000), format: "xml" }, /can't read the XML/],
  ["deep JSON", { text: "[".repeat(100_000) + "]".repeat(100_000) }, /nested too deep/],
  ["much to repair", { text: `["${'a" b '.repeat(20_000)}"]`, repair: true }, /characters are more than 50000/],
  ["brackets to repair", { text: '["a'.repeat(10_000), repair: true }, /brackets are open/],
  ["brackets without an end", { text: "[1 2,".repeat(200_000) }, /found no JSON/],
])("bounded: %s", { timeout: 120_000 }, async (_what, config, message) => {
  const error = await failure(decode, config);
  expect(error.code).toBe("STEP_DECODE_FAILED");
  expect(error.message).toMatch(message);
  expect(error.message.length).toBeLessThan(500);
});
