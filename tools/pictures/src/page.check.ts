/** The page of a flow, used as people do: by mouse, by keys, in light and dark, with 200 steps. */
import axe from "axe-core";
import { flowClass } from "millrace";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PageOpener, startBrowser } from "./browser.js";
import { Chain } from "./large-flows.js";
import { Contract, Review } from "./sample-flows.js";

let browser: PageOpener;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const origins = {
  write: {
    description: "Writes a draft.\nFrom the notes of now.",
    file: "/flows/review.ts",
    line: 14,
    signature: "(notes: string) => string",
  },
};

async function reviewWithRun(): Promise<string> {
  const flow = new Review();
  const { id } = await flow.kickoff({ topic: "rivers" });
  return Review.plot({ format: "html", origins, run: await flow.runs.overlay(id) });
}

const textOf = (page: Page, selector: string) => page.locator(selector).textContent();
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("data-name") ?? null);
const viewBox = (page: Page) => page.locator("main > svg.millrace").getAttribute("viewBox");

test("all that is drawn is seen: the page's own style hides nothing of the picture", async () => {
  const { page } = await browser.open(Review.plot({ format: "html" }));
  const drawn = page.locator("main > svg.millrace :is(.edge, .node)");
  expect(await drawn.count()).toBeGreaterThan(8);
  expect(await page.locator("main > svg.millrace .edge.back").count()).toBe(1);
  for (const part of await drawn.all()) expect(await part.isVisible(), await part.innerHTML()).toBe(true);
});

describe("by mouse", () => {
  test("hovering tells triggers, types and the run; a click opens what is known of the step", async () => {
    const { page, complaints } = await browser.open(await reviewWithRun());
    await page.hover('[data-name="write"]');
    const tip = await textOf(page, "#tip");
    expect(tip).toContain('or("research", "rework")');
    expect(tip).toContain("(notes: string) => string");
    expect(tip).toContain("✓ 3×");
    await page.click('[data-name="write"]');
    const panel = await textOf(page, "article.chosen");
    expect(panel).toContain("From the notes of now.");
    expect(panel).toContain("once per turn, when research has completed, or rework is returned");
    expect(panel).toContain("/flows/review.ts:14");
    expect(await page.getAttribute("article.chosen a[href^=vscode]", "href")).toBe("vscode://file/flows/review.ts:14");
    expect(await page.locator("article.chosen tbody tr").count()).toBe(3);
    await page.click("article.chosen [data-go]");
    expect(await textOf(page, "article.chosen h2")).toBe("check");
    expect(complaints).toEqual([]);
  });

  test("the picture is dragged, zoomed and fitted; a drag chooses nothing", async () => {
    const { page } = await browser.open(Review.plot({ format: "html" }), { reducedMotion: "reduce" });
    const first = await viewBox(page);
    const node = (await page.locator('[data-name="check"]').boundingBox())!;
    await page.mouse.move(node.x + 20, node.y + 10);
    await page.mouse.down();
    await page.mouse.move(node.x + 120, node.y + 60, { steps: 5 });
    await page.mouse.up();
    expect(await viewBox(page)).not.toBe(first);
    expect(await page.locator("article.chosen").count()).toBe(0);
    await page.click("[data-do=in]");
    const zoomed = await viewBox(page);
    await page.click("[data-do=fit]");
    expect(await viewBox(page)).not.toBe(zoomed);
  });
});

describe("by keys", () => {
  test("tab walks the steps in the order of the definition; enter opens, escape closes and comes back", async () => {
    const { page } = await browser.open(Contract.plot({ format: "html" }), { reducedMotion: "reduce" });
    await page.focus("#theme");
    const walked: (string | null)[] = [];
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press("Tab");
      walked.push(await focused(page));
    }
    expect(walked).toEqual(Contract.plan().steps.map(({ name }) => name));
    expect(await page.isVisible("#tip")).toBe(true);
    await page.keyboard.press("Enter");
    expect(await textOf(page, "article.chosen h2")).toBe(walked[5]);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("ARTICLE");
    await page.keyboard.press("Escape");
    expect(await page.locator("article.chosen").count()).toBe(0);
    expect(await focused(page)).toBe(walked[5]);
    await page.keyboard.press("ArrowUp");
    expect(await focused(page)).toBe(walked[4]);
  });

  test("a slash searches, enter goes to what is found", async () => {
    const { page } = await browser.open(Chain.plot({ format: "html" }), { reducedMotion: "reduce" });
    await page.keyboard.press("/");
    await page.keyboard.type("JUDGE 17");
    expect(await textOf(page, "#found")).toBe("1 found");
    await page.keyboard.press("Enter");
    expect(await textOf(page, "article.chosen h2")).toBe("judge 17");
    const shown = (await page.locator('[data-name="judge 17"]').boundingBox())!;
    expect(shown.width).toBeGreaterThan(60);
    expect(shown.y).toBeGreaterThan(50);
    expect(shown.y).toBeLessThan(700);
  });
});

describe("for everybody", () => {
  test.each(["light", "dark"] as const)("no barrier that is known of, in %s", async (colorScheme) => {
    const { page, complaints } = await browser.open(await reviewWithRun(), { colorScheme, bypassCSP: true });
    await page.click('[data-name="write"]');
    await page.addScriptTag({ content: axe.source });
    const serious = await page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
      return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    });
    expect(serious.filter((text) => /^(serious|critical)/.test(text))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("dark and light are as the system is, until one is chosen", async () => {
    const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const html = Review.plot({ format: "html" });
    const { page } = await browser.open(html, { colorScheme: "dark" });
    const dark = await ground(page);
    await page.click("#theme");
    const light = await ground(page);
    expect([dark, light]).toEqual(["rgb(16, 21, 28)", "rgb(255, 255, 255)"]);
    const { page: other } = await browser.open(html, { colorScheme: "light" });
    expect(await ground(other)).toBe(light);
  });

  test("without script every step's text stands there", async () => {
    const { page } = await browser.open(Review.plot({ format: "html", origins }), { javaScriptEnabled: false });
    expect(await page.locator("article").count()).toBe(4);
    expect(await page.isVisible("text=From the notes of now.")).toBe(true);
  });

  test("on a small screen the picture stays usable", async () => {
    const { page } = await browser.open(Review.plot({ format: "html" }), { viewport: { width: 390, height: 780 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect((await page.locator("main").boundingBox())!.height).toBeGreaterThan(300);
  });
});

describe("200 steps", () => {
  test("begin at a size that can be read, with a map", async () => {
    const { page, complaints } = await browser.open(Chain.plot({ format: "html" }));
    const size = await page.evaluate(() => {
      const text = document.querySelector('[data-name="fetch 0"] text')!;
      return text.getBoundingClientRect().height;
    });
    expect(size).toBeGreaterThan(8);
    expect(await page.isVisible("#map")).toBe(true);
    expect(complaints).toEqual([]);
  });
});

test("hostile names act in no way", async () => {
  const [script, image] = [
    '</script><script>document.title="hit"</script>',
    '"><img src=http://x.test/ onerror=alert(1)>',
  ];
  const step = { router: false, invoke: () => 1 };
  const steps = [
    { ...step, name: script, starts: true, conditions: [] },
    { ...step, name: image, starts: false, conditions: [{ kind: "name", name: script }] as const },
  ];
  const hostile = flowClass({ name: "Hostile", steps, signals: new Map() });
  const { page, complaints } = await browser.open(hostile.plot({ format: "html" }));
  expect(await page.title()).toBe("Hostile");
  expect(await page.locator(".node[data-step]").count()).toBe(2);
  expect(complaints).toEqual([]);
});
