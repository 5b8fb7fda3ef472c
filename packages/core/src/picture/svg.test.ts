/** What pictures hold, whatever stands in a flow. Whether they look right is looked at in a browser. */
import { describe, expect, test } from "vitest";
import { and, on, or, router, type SampleSteps, sampleFlow, start } from "../../test/support/sample-flow.js";
import { compile } from "../plan/index.js";
import { plotSvg } from "./svg.js";
import type { PictureOptions } from "./types.js";

function draw(steps: SampleSteps, options?: PictureOptions): string {
  const definition = sampleFlow(steps);
  return plotSvg({ plan: compile(definition), definition }, options);
}

/** How often a piece of text stands in another. */
const count = (text: string, piece: string) => text.split(piece).length - 1;

const review: SampleSteps = {
  research: start(),
  write: on(or("research", "rework")),
  check: router(["good", "rework"], "write"),
  publish: on("good"),
};

describe("an SVG picture", () => {
  test("has every step once, in the order of the definition, and a mark for the `or`", () => {
    const svg = draw(review);
    const names = [...svg.matchAll(/<text class="name"[^>]*>([^<]*)</g)].map(([, name]) => name);
    expect(names).toEqual(["start", "research", "write", "check", "publish"]);
    expect(svg).toContain(">or</text>");
    expect(svg).toContain(">rework</text>");
  });

  test("draws what leads back apart, inside the frame of its loop", () => {
    const svg = draw(review);
    expect(count(svg, 'class="edge back inside"')).toBe(1);
    expect(svg).toContain("<title>Loop of write</title>");
  });

  test("is the same each time", () => {
    expect(draw(review)).toBe(draw(review));
  });

  test("no name can break out of it", () => {
    const hostile = '"><script>alert(1)</script>\n\u202e\u0000\ud800]]>&amp;';
    const svg = draw({ [hostile]: start(), [`${"x".repeat(500)}${hostile}`]: on(hostile), constructor: on(hostile) });
    expect(svg).not.toContain("<script");
    expect(svg).not.toMatch(/[\u202e\ud800]/);
    expect(count(svg, "\0")).toBe(0);
    expect(svg.match(/&(?!(amp|lt|gt|quot|#39|#10|#9|#13);)/g)).toBe(null);
  });

  test("a name that is cut is told whole by a title", () => {
    const long = "a name that would be far too long for a box that one wants to read ".repeat(8).trim();
    const svg = draw({ [long]: start() });
    expect(svg).toContain(`<title>${long}</title>`);
    expect(svg).toMatch(/<text class="name"[^>]*>a name that[^<]*…</);
  });

  test("colours of one theme, or of both", () => {
    expect(draw(review, { theme: "light" })).not.toContain("prefers-color-scheme");
    expect(draw(review, { theme: "dark" })).toContain("color-scheme:dark");
    expect(draw(review)).toContain("@media (prefers-color-scheme:dark)");
  });

  test("asks nobody for anything", () => {
    expect(draw(review).replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|url\(|@import/);
  });

  test("a step that runs another flow, or asks people, is drawn as such", () => {
    const svg = draw({ a: start(), b: on("a") }, { origins: { a: { shape: "flow" }, b: { shape: "approval" } } });
    expect(svg).toContain('class="node flow"');
    expect(svg).toContain('class="person"');
  });

  test("inner loops lie in outer ones, and loops that cross others' steps are drawn too", () => {
    const svg = draw({
      begin: start(),
      one: on(or("begin", "again")),
      two: on(or("begin", "again")),
      gate: router(["again", "end"], or("one", "two")),
      beside: on("one"),
      last: on("beside", "end"),
    });
    expect(count(svg, 'class="loop"')).toBeGreaterThan(1);
    expect(svg).not.toContain("NaN");
  });

  test("hundreds of steps are drawn", { timeout: 60_000 }, () => {
    const steps: SampleSteps = { s0: start() };
    for (let i = 1; i < 200; i++) steps[`s${i}`] = on(`s${i - 1}`);
    expect(count(draw(steps), 'class="node step"')).toBe(200);
  });

  test("many steps between the same two stand in rows, in their order, each with its own lines", {
    timeout: 60_000,
  }, () => {
    const names = Array.from({ length: 60 }, (_, i) => `part ${i}`);
    const svg = draw({
      begin: start(),
      ...Object.fromEntries(names.map((name) => [name, on("begin")])),
      end: on(and(...names)),
    });
    const places = [...svg.matchAll(/translate\(([\d.]+) ([\d.]+)\)"><rect[^>]*><text class="name"[^>]*>part/g)];
    const [xs, ys] = [1, 2].map((axis) => new Set(places.map((place) => place[axis]!)));
    expect(places).toHaveLength(60);
    expect(ys!.size).toBeGreaterThan(3);
    expect(xs!.size * ys!.size).toBeLessThan(140);
    expect(places.map(([, x, y]) => Number(y) * 10_000 + Number(x))).toEqual(
      places.map(([, x, y]) => Number(y) * 10_000 + Number(x)).sort((a, b) => a - b),
    );
    expect(count(svg, 'data-from="step:0" data-to="step:')).toBe(60);
    expect(count(svg, 'data-to="mark:')).toBe(60);
    expect(svg).not.toMatch(/NaN|undefined/);
  });
});
