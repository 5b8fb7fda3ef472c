/** What JSON has no word for is written in one way, and read back where a schema asks for it. */
import { expect, test } from "vitest";
import { z } from "zod";
import { FlowError } from "../errors/index.js";
import { fromJson } from "./from-json.js";
import { jsonSchemaOf } from "./json-schema.js";
import { toJson } from "./to-json.js";

test.each([
  ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
  ["no date", new Date(Number.NaN), null],
  ["a big integer", 2n ** 70n, "1180591620717411303424"],
  ["an address", new URL("https://example.com/a?b"), "https://example.com/a?b"],
  ["a set", new Set([1, new Date(0)]), [1, "1970-01-01T00:00:00.000Z"]],
  ["a map of names", new Map([["a", 1n]]), { a: "1" }],
  ["a map of others", new Map([[1, new Date(0)]]), [[1, "1970-01-01T00:00:00.000Z"]]],
  ["bytes", new Uint8Array([0, 255, 1]), "AP8B"],
  ["some of the bytes of a buffer", new Uint8Array([9, 0, 255, 1, 9]).subarray(1, 4), "AP8B"],
  ["a buffer", new Uint8Array([0, 255, 1]).buffer, "AP8B"],
  ["other typed arrays", new Float64Array([0.5, Number.NaN]), [0.5, "NaN"]],
  ["what is no number", [Number.NaN, Number.NEGATIVE_INFINITY], ["NaN", "-Infinity"]],
  ["an error", new FlowError("RUN_NOT_FOUND", "none"), { code: "RUN_NOT_FOUND", message: "none", retryable: false }],
])("%s", (_, value, json) => {
  expect(toJson(value)).toEqual(json);
  expect(JSON.parse(JSON.stringify({ in: toJson({ it: [value] }) }))).toEqual({ in: { it: [json] } });
});

test("a key that reaches prototypes stays a key", () => {
  const made = toJson(JSON.parse('{"__proto__":{"admin":true}}')) as object;
  expect([Object.keys(made), (made as { admin?: boolean }).admin]).toEqual([["__proto__"], undefined]);
});

test("what is written is read back, where the schema says what it was", () => {
  const schema = z.object({
    at: z.date(),
    n: z.bigint(),
    file: z.instanceof(Uint8Array),
    link: z.instanceof(URL).optional(),
  });
  const value = { at: new Date(5), n: 7n, file: new Uint8Array([0, 255, 1]), link: new URL("https://example.com/") };
  for (const io of ["input", "output"] as const) {
    const json = JSON.parse(JSON.stringify(toJson(value)));
    expect(fromJson(json, jsonSchemaOf(schema, io))).toEqual(value);
  }
  expect(jsonSchemaOf(schema, "input")?.properties?.file).toMatchObject({ type: "string", contentEncoding: "base64" });
});

test.each(["no base64!", "AP8", 5, null])("%j is no bytes, and left for the schema to refuse", (given) => {
  expect(fromJson(given, jsonSchemaOf(z.instanceof(Uint8Array), "input"))).toBe(given);
});
