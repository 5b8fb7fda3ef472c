/** Holds the registry of codes and the pages under `docs/errors` together, both ways. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { errorCodes } from "./codes.js";

const pages = new URL("../../../../docs/errors/", import.meta.url);
const page = (name: string) => readFileSync(new URL(`${name}.md`, pages), "utf8");
const codes = Object.entries(errorCodes);

test("every page belongs to a code, and every code has a page", () => {
  const named = readdirSync(pages).filter((file) => file !== "README.md");
  expect(named.sort()).toEqual(codes.map(([code]) => `${code}.md`).sort());
});

test.each(codes)("the page of %s says what the registry says, and more", (code, { summary, retryable }) => {
  const [intro, ...parts] = page(code).split(/^## /m);
  const [title, ...firstParagraph] = intro!.trim().split("\n");
  expect(title).toBe(`# ${code}`);
  expect(firstParagraph.join(" ").trim()).toBe(`${summary} Retryable: ${retryable ? "yes" : "no"}.`);
  expect(parts.map((part) => part.split("\n")[0])).toEqual(["What it means", "When it happens", "The way out"]);
  for (const part of parts) expect(part.split("\n").slice(1).join("\n")).toMatch(/\w.{10,}/);
});

test.each(codes)("the links on the page of %s lead to codes", (code) => {
  for (const [, target] of page(code).matchAll(/\]\((\w+)\.md\)/g)) expect(errorCodes).toHaveProperty(target!);
});

test("the index lists every code once, with its summary", () => {
  const rows = page("README").match(/^\| \[.*$/gm) ?? [];
  expect(rows.sort()).toEqual(codes.map(([code, { summary }]) => `| [${code}](${code}.md) | ${summary} |`).sort());
});

test("a summary is a sentence", () => {
  for (const { summary } of Object.values(errorCodes)) expect(summary).toMatch(/^[A-Z`].*\.$/);
});
