import { describe, expect, test } from "vitest";
import { z } from "zod";
import { fitValue } from "./fit-value.js";

const fitted = (schema: z.ZodType, value: unknown) => {
  const outcome = fitValue(schema, value);
  return outcome.problems ? outcome.problems.map(({ path }) => path.join(".")) : outcome.value;
};

describe("a stored value made to fit a schema", () => {
  test("is the very same where it fits", () => {
    const value = { list: [{ n: 1 }], at: new Date(0) };
    expect(fitted(z.object({ list: z.array(z.object({ n: z.number() })), at: z.date() }), value)).toBe(value);
  });

  test("gets the defaults of keys that are not there, wherever they are", () => {
    const item = z.object({ n: z.number(), tags: z.array(z.string()).default([]) });
    const schema = z.object({
      list: z.array(item),
      byName: z.record(z.string(), item),
      map: z.map(z.string(), item.nullable()),
      pair: z.tuple([z.string(), item]),
      maybe: item.optional(),
      kind: z.discriminatedUnion("type", [
        z.object({ type: z.literal("a"), a: z.number().default(1) }),
        z.object({ type: z.literal("b"), b: z.number().default(2) }),
      ]),
      count: z.number().prefault(3),
      note: z.string().optional(),
    });
    const old = {
      list: [{ n: 1 }],
      byName: { x: { n: 2, tags: ["kept"] } },
      map: new Map([
        ["m", { n: 3 }],
        ["none", null],
      ]),
      pair: ["p", { n: 4 }],
      maybe: { n: 5 },
      kind: { type: "b" },
    };
    const copy = structuredClone(old);
    expect(fitted(schema, old)).toEqual({
      list: [{ n: 1, tags: [] }],
      byName: { x: { n: 2, tags: ["kept"] } },
      map: new Map([
        ["m", { n: 3, tags: [] }],
        ["none", null],
      ]),
      pair: ["p", { n: 4, tags: [] }],
      maybe: { n: 5, tags: [] },
      kind: { type: "b", b: 2 },
      count: 3,
    });
    expect(old).toEqual(copy);
  });

  test("loses keys that the schema no longer names, unless it says what else may be there", () => {
    const old = { n: 1, gone: 2 };
    expect(fitted(z.object({ n: z.number(), more: z.number().default(0) }), old)).toEqual({ n: 1, more: 0 });
    expect(fitted(z.looseObject({ n: z.number(), more: z.number().default(0) }), old)).toEqual({ ...old, more: 0 });
    expect(fitted(z.strictObject({ n: z.number() }), old)).toEqual(["gone"]);
  });

  test("is refused where a type has changed, or a new key has no default", () => {
    expect(fitted(z.object({ n: z.string(), at: z.date() }), { n: 1 })).toEqual(["n", "at"]);
    expect(
      fitted(z.object({ list: z.array(z.object({ n: z.number().max(3) })) }), { list: [{ n: 1 }, { n: 4 }] }),
    ).toEqual(["list.1.n"]);
  });

  test("asks no option of a union that is of another kind, where one fits", () => {
    const text = z.string();
    const { run } = text._zod;
    let asked = 0;
    text._zod.run = (...given) => {
      asked++;
      return run(...given);
    };
    const schema = z.object({ content: z.array(z.union([text, z.number(), z.array(z.object({ n: z.number() }))])) });
    const value = { content: [[{ n: 1 }], 5, []] };
    expect(fitted(schema, value)).toBe(value);
    expect(asked).toBe(0);
    expect(fitted(schema, { content: ["a", [{ n: "b" }]] })).toEqual(["content.1.0.n"]);
    expect(fitted(schema, { content: [true] })).toEqual(["content.0"]);
    expect(asked).toBeGreaterThan(0);
  });

  test("has a key called __proto__ like any other", () => {
    const old = JSON.parse('{ "__proto__": { "n": 1 } }');
    const schema = z.record(z.string(), z.object({ n: z.number(), m: z.number().default(2) }));
    const value = fitted(schema, old) as object;
    expect(Object.getOwnPropertyDescriptor(value, "__proto__")?.value).toEqual({ n: 1, m: 2 });
  });
});
