import { expect, test } from "vitest";
import { Output } from "./output.js";

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
};

test.each(["json", "jsonl"] as const)("%s: what can't be one text has a code, and nothing is written of it", (mode) => {
  const out = new Output({ mode, quiet: false });
  const refused = expect.objectContaining({ code: "CLI_OUTPUT_FAILED", hint: expect.stringContaining("runs show") });
  expect(() => out.object({ output: nested(100_000) })).toThrow(refused);
});
