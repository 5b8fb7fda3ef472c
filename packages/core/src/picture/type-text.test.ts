import { expect, test } from "vitest";
import { z } from "zod";
import { typeText } from "./type-text.js";

const tree: z.ZodType = z.object({
  get children() {
    return z.array(tree);
  },
});

test.each([
  [
    z.object({ topic: z.string(), rounds: z.number().int().default(0), "odd key": z.boolean().optional() }),
    '{ topic: string, rounds?: number, "odd key"?: boolean }',
  ],
  [z.array(z.union([z.literal("a"), z.null()])), '("a" | null)[]'],
  [z.enum(["yes", "no"]), '"yes" | "no"'],
  [z.tuple([z.string(), z.number()]), "[string, number]"],
  [z.record(z.string(), z.array(z.string())), "{ [key: string]: string[] }"],
  [z.intersection(z.object({ a: z.string() }), z.object({ b: z.string() })), "{ a: string, b: string }"],
  [z.date(), "unknown"],
  [z.unknown(), "unknown"],
  [z.never(), "never"],
  [z.object({}), "{}"],
])("%#", (schema, text) => {
  expect(typeText(schema)).toBe(text);
});

test("what is deep, long or within itself comes to an end", () => {
  expect(typeText(tree)).toBe("{ children: …[] }");
  let deep: z.ZodType = z.string();
  for (let i = 0; i < 200; i++) deep = z.object({ in: deep });
  expect(typeText(deep)!.length).toBeLessThan(80);
  const wide = z.object(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`key${i}`.repeat(10), z.string()])));
  expect(typeText(wide)!.length).toBeLessThan(700);
  expect(typeText(undefined)).toBeUndefined();
});
