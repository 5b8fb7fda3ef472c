/** Drawings of all flows, measured in Chromium: nothing lies on anything that it should not lie on. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allFlows } from "./all-flows.js";
import { type PageOpener, startBrowser } from "./browser.js";

let browser: PageOpener;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe.each(Object.entries(allFlows))("%s", (_, flow) => {
  test("is well-formed SVG; texts stay in their boxes, and boxes off each other", async () => {
    const { page, complaints } = await browser.open(flow.plot({ format: "svg", theme: "light" }));
    const found = await page.evaluate(() => {
      const problems: string[] = [];
      const box = (element: Element) => element.getBoundingClientRect();
      const nodes = [...document.querySelectorAll(".node")];
      const bodies = nodes.map((node) => box([...node.querySelectorAll(":scope > .body")].at(-1)!));
      for (const [i, node] of nodes.entries()) {
        for (const text of node.querySelectorAll("text")) {
          const [own, around] = [box(text), text.closest(".badge") ? box(text.closest(".badge")!) : bodies[i]!];
          if (own.left < around.left - 0.5 || own.right > around.right + 0.5)
            problems.push(`wide: ${text.textContent}`);
          if (own.top < around.top - 2 || own.bottom > around.bottom + 2) problems.push(`high: ${text.textContent}`);
        }
      }
      const meet = (a: DOMRect, b: DOMRect) =>
        a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
      for (const [i, a] of bodies.entries())
        for (const [j, b] of bodies.entries())
          if (i < j && meet(a, b)) problems.push(`on each other: ${nodes[i]!.textContent}, ${nodes[j]!.textContent}`);
      const labels = [...document.querySelectorAll(".edge > text")];
      for (const [i, label] of labels.entries()) {
        const own = box(label);
        for (const [j, body] of bodies.entries())
          if (meet(own, body)) problems.push(`label ${label.textContent} on ${nodes[j]!.textContent}`);
        for (const other of labels.slice(i + 1))
          if (meet(own, box(other))) problems.push(`labels ${label.textContent}, ${other.textContent}`);
      }
      for (const line of document.querySelectorAll<SVGPathElement>(".edge > path:first-child")) {
        const hit = new Set<number>();
        for (let at = 0; at < line.getTotalLength(); at += 6) {
          const { x, y } = line.getPointAtLength(at);
          for (const [i, { left, right, top, bottom }] of bodies.entries())
            if (x > left + 2 && x < right - 2 && y > top + 2 && y < bottom - 2) hit.add(i);
        }
        for (const i of hit) problems.push(`a line runs over ${nodes[i]!.textContent}`);
      }
      const svg = document.documentElement;
      const whole = { width: Number(svg.getAttribute("width")), height: Number(svg.getAttribute("height")) };
      for (const element of document.querySelectorAll(".body, .edge path, .edge text, .loop rect")) {
        const { left, top, right, bottom } = box(element);
        if (left < 0 || top < 0 || right > whole.width || bottom > whole.height)
          problems.push(`outside: ${element.outerHTML.slice(0, 80)}`);
      }
      return problems;
    });
    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

test.each(["AllAtOnce", "Fan", "Chains", "Loops"] as const)(
  "%s: what is beside each other is packed in rows",
  (name) => {
    const [, width] = /^<svg[^>]* width="(\d+)"/.exec(allFlows[name].plot({ format: "svg" }))!;
    expect(Number(width)).toBeLessThan(2200);
  },
);
