import fc from "fast-check";
import { expect, test } from "vitest";
import { FlowError } from "../errors/index.js";
import { type Duration, durationMs } from "./duration.js";

test("numbers are milliseconds", () => {
  expect(durationMs(0)).toBe(0);
  expect(durationMs(1500.4)).toBe(1500);
});

test("text has a unit", () => {
  expect((["200ms", "10s", "5m", "1.5h", "2d"] as const).map((text) => durationMs(text))).toEqual([
    200, 10_000, 300_000, 5_400_000, 172_800_000,
  ]);
});

test.each([
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "10 s",
  "10",
  "s",
  "-1s",
  "1e3s",
  "",
  "1h30m",
  null,
  undefined,
  {},
  5n,
])("%s is no duration", (wrong) => {
  expect(() => durationMs(wrong as Duration)).toThrow(expect.objectContaining({ code: "DEFINITION_DURATION_INVALID" }));
});

test("the error names what was given, and where", () => {
  const thrown = () => durationMs("10 s" as Duration, 'Option `timeout` of step "write"');
  expect(thrown).toThrow('Option `timeout` of step "write" is "10 s", which is no duration.');
  expect(thrown).toThrow(FlowError);
});

test("a unit is a factor", () => {
  fc.assert(
    fc.property(fc.nat(10_000), (n) => {
      expect(durationMs(`${BigInt(n)}s` as Duration)).toBe(n * 1000);
      expect(durationMs(`${BigInt(n)}m` as Duration)).toBe(durationMs(`${BigInt(n * 60)}s` as Duration));
    }),
  );
});
