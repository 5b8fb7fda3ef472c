/** What the page holds as text. What it does is tried in a browser: `tools/pictures`. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { z } from "zod";
import { on, or, router, type SampleSteps, sampleFlow, start } from "../../test/support/sample-flow.js";
import { compile } from "../plan/index.js";
import { plotHtml } from "./html.js";
import type { PictureOptions } from "./types.js";

function page(steps: SampleSteps, options?: PictureOptions): string {
  const definition = sampleFlow(steps);
  return plotHtml({ plan: compile(definition), definition }, options);
}

const review: SampleSteps = {
  research: { ...start(), origin: { description: "Looks things up.", file: "flows/review.ts", line: 7 } },
  write: on(or("research", "rework")),
  check: router(["good", "rework"], "write"),
  publish: on("good"),
};

test("script and style are those that the policy names, and nothing else may act or be fetched", () => {
  const html = page(review);
  const sha = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const script = /<script>([\s\S]*?)<\/script>/.exec(html)![1]!;
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)![1]!;
  expect(html).toContain(`default-src 'none'; script-src ${sha(script)}; style-src ${sha(style)};`);
  expect(html.split("<style>")).toHaveLength(2);
  expect(html.replace(/<script>[\s\S]*<\/script>/, "")).not.toMatch(
    / (style|on\w+)=|<link|<img|https?:\/\/(?!www\.w3\.org)/,
  );
});

test("every step is a button in the order of the definition, and an article in words", () => {
  const html = page(review);
  const buttons = [...html.matchAll(/data-name="(\w+)"[^>]*role="button" tabindex="0"/g)].map(([, name]) => name);
  expect(buttons).toEqual(["research", "write", "check", "publish"]);
  expect(html).toContain("once per turn, when research has completed, or rework is returned");
  expect(html).toContain("Looks things up.");
  expect(html).toContain("<code>flows/review.ts:7</code>");
});

test("only a whole path is a link, and no text of a flow makes one", () => {
  const links = (file: string) =>
    [...page(review, { origins: { write: { file, line: 3 } } }).matchAll(/href="(vscode[^"]*)"/g)].map(
      ([, target]) => target,
    );
  expect(links("/home/ada/my flows/a#1.ts")).toEqual(["vscode://file/home/ada/my%20flows/a%231.ts:3"]);
  expect(links("C:\\flows\\a.ts")).toEqual(["vscode://file/C:/flows/a.ts:3"]);
  expect(links("flows/a.ts")).toEqual([]);
  expect(links("javascript:alert(1)")).toEqual([]);
  expect(links("//host/share")).toEqual([]);
});

test("hostile texts stay texts", () => {
  const bad = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'";
  const html = page(
    { [bad]: start(), toString: on(bad) },
    { origins: { [bad]: { description: bad, signature: bad, reference: bad, file: `/${bad}` } } },
  );
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).not.toContain("<img");
});

test("a run is told beside each step", () => {
  const call = { number: 2, standing: "failed", attempts: 3, durationMs: 1500, error: "no <luck>" } as const;
  const counts = { calls: 2, completed: 1, failed: 1, skipped: 0, retries: 2, totalMs: 1600, labels: {} };
  const steps = { write: { ...counts, standing: "failed", error: "no <luck>", recent: [call] } } as const;
  const run = { run: "r1", flow: "Sample", status: "failed", lastAt: 5, steps, signals: {}, whole: false } as const;
  const html = page(review, { run });
  expect(html).toContain("run r1: failed · older entries are gone");
  expect(html).toContain("<td>failed, attempt 3: no &lt;luck&gt;</td><td>1.5 s</td>");
  expect(html).toContain("· not called");
  const old = { ...run, plan: compile(sampleFlow({ research: start(), before: on("research") })) };
  expect(page(review, { run: old })).toContain("the code has changed since");
  expect(page(review, { run: old })).toContain('data-name="before"');
});

test("schemas tell the types of what comes in and goes out", () => {
  const signals = new Map([["legal <b>", z.object({ ok: z.boolean() })]]);
  const definition = {
    ...sampleFlow({ research: start({ kind: "signal", name: "legal <b>" }) as never }),
    inputs: z.object({ topic: z.string() }),
    output: z.array(z.string()),
    signals,
  };
  const html = plotHtml({ plan: compile(definition), definition });
  expect(html).toContain("<dt>inputs</dt><dd><code>{ topic: string }</code></dd>");
  expect(html).toContain("<dt>output</dt><dd><code>string[]</code></dd>");
  expect(html).toContain("<dt>signal legal &lt;b&gt;</dt><dd><code>{ ok: boolean }</code></dd>");
});
