import { expect, test } from "vitest";
import { escapeText } from "./escape-text.js";
import { fitText, textWidth } from "./measure-text.js";
import { timeText } from "./time-text.js";

test.each([
  [0, "< 1 ms"],
  [250.4, "250 ms"],
  [999.6, "1 s"],
  [1240, "1.2 s"],
  [30_000, "30 s"],
  [60_000, "1 min"],
  [5_400_000, "1.5 h"],
  [8 * 86_400_000, "8 d"],
])("%d ms are %s", (ms, text) => {
  expect(timeText(ms)).toBe(text);
});

test("a text is cut between letters as people see them, and never wider than asked", () => {
  const look = { size: 13, bold: true };
  const family = "👨‍👩‍👧‍👦";
  expect(fitText("short", look, 200)).toBe("short");
  expect(fitText("two\nlines", look, 200)).toBe("two lines");
  const cut = fitText(family.repeat(40), look, 200);
  expect(cut.replaceAll(family, "")).toBe("…");
  expect(textWidth(fitText("w".repeat(5000), look, 100), look)).toBeLessThanOrEqual(100);
});

test("what XML does not allow is replaced, what it reads as syntax is written out", () => {
  expect(escapeText("a<b>&\"'\n\u0007\ud800é")).toBe("a&lt;b&gt;&amp;&quot;&#39;&#10;\uFFFD\uFFFDé");
});
