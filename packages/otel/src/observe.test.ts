import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { scope } from "./observe.js";

test("the scope of spans and metrics bears the package's name and version", () => {
  const { name, version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  expect(scope).toEqual({ name, version });
});
