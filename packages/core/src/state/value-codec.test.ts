import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeValue, encodeValue } from "./value-codec.js";

const kinds = {
  date: new Date(5),
  invalid: new Date(Number.NaN),
  map: new Map<unknown, unknown>([
    ["a", new Set([1, "b"])],
    [2, { deep: [new Date(1)] }],
  ]),
  url: new URL("https://example.org/a?b#c"),
  big: 12345678901234567890n,
  bytes: new Uint8Array([1, 2, 255]),
  floats: new Float64Array([0.5]),
  nothing: undefined,
  numbers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0],
};

test("plain data is JSON; the rest is marked", () => {
  expect(encodeValue({ a: [1, "x", null, true], b: {} })).toBe('{"a":[1,"x",null,true],"b":{}}');
  expect(encodeValue("~text")).toBe('"~text"');
  expect(encodeValue({ a: [1, undefined] })).toBe('~{"a":[1,{"~":"-1"}]}');
});

test("every kind comes back as what it was, frozen", () => {
  const back = decodeValue(encodeValue(kinds)) as typeof kinds;
  expect(back).toEqual(kinds);
  expect(Object.is(back.numbers[3], -0)).toBe(true);
  expect("nothing" in back).toBe(true);
  expect(Object.isFrozen(back)).toBe(true);
  expect(Object.isFrozen(back.numbers)).toBe(true);
  expect(() => back.map.set("x", 1)).toThrow(expect.objectContaining({ code: "STATE_READONLY" }));
});

test("a key named __proto__ is a key", () => {
  const odd = JSON.parse('{"__proto__": {"polluted": 1}, "a": 1}');
  const back = decodeValue(encodeValue(odd)) as object;
  expect(Object.keys(back)).toEqual(["__proto__", "a"]);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
  const mixed = decodeValue(encodeValue({ odd, at: new Date(3) })) as { odd: object; at: Date };
  expect(Object.keys(mixed.odd)).toEqual(["__proto__", "a"]);
  expect(Object.getPrototypeOf(mixed.odd)).toBe(Object.prototype);
  expect(mixed.at).toEqual(new Date(3));
});

test("a key that looks like a mark is a key", () => {
  const odd = { "~": "-1", deep: { "~": { "~": "-1" }, list: [undefined] }, "": 1 };
  expect(decodeValue(encodeValue(odd))).toStrictEqual(odd);
});

test("a Buffer stays a Buffer", () => {
  const back = decodeValue(encodeValue([Buffer.from("milling"), Buffer.alloc(0)])) as Buffer[];
  expect(back.map((buffer) => buffer.toString())).toEqual(["milling", ""]);
});

test("one object in two places comes back in both", () => {
  const shared = { at: new Date(1) };
  expect(decodeValue(encodeValue({ a: shared, b: [shared] }))).toEqual({ a: shared, b: [shared] });
});

test("what can't be stored is refused", () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  for (const value of [
    cycle,
    () => 1,
    { deep: [Symbol("x")] },
    new (class Thing {
      x = 1;
    })(),
  ]) {
    expect(() => encodeValue(value)).toThrow(expect.objectContaining({ code: "STATE_NOT_SERIALIZABLE" }));
  }
});

test("any storable value survives", () => {
  const value = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withUnicodeString: true,
  } as never);
  fc.assert(
    fc.property(value, (given) => {
      let text: string;
      try {
        text = encodeValue(given);
      } catch {
        return;
      }
      expect(decodeValue(text)).toEqual(given);
    }),
  );
});
