import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const all = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort();

test("docs/events.md has a row for every type of event, and no other", () => {
  const types = all(read("events.ts"), /type: "([a-z]+\.[a-z]+)"/g);
  const rows = all(read("../../../../docs/events.md"), /^\| `([a-z]+\.[a-z]+)`/gm);
  expect(types.length).toBeGreaterThan(20);
  expect(rows).toEqual(types);
});
