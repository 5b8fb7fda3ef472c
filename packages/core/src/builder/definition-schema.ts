/** What definition data looks like. Made when it is first needed: zod is loaded by nobody who does not read any. */
import type { z } from "zod";

type Zod = typeof import("zod")["z"];

/** What is checked apart, its shape being its own, stands as `unknown`. */
export function definitionSchema(zod: Zod) {
  const text = zod.string().min(1);
  const reference = zod.strictObject({ reference: text });
  const schema = zod.union([zod.strictObject({ json: zod.looseObject({}) }), reference]);
  const leaf = zod.discriminatedUnion("kind", [
    zod.strictObject({ kind: zod.enum(["name", "signal"]), name: zod.string() }),
    zod.strictObject({ kind: zod.enum(["failed", "settled", "collect", "outcomes"]), step: zod.string() }),
    zod.strictObject({
      kind: zod.literal("elements"),
      step: zod.string(),
      with: zod.array(zod.string()).optional(),
      list: zod.string().optional(),
    }),
  ]);
  const condition: z.ZodType = zod.lazy(() =>
    zod.discriminatedUnion("kind", [
      ...leaf.options,
      zod.strictObject({ kind: zod.literal("keep"), of: leaf }),
      zod.strictObject({ kind: zod.enum(["and", "or", "each", "race"]), of: zod.array(condition) }),
      zod.strictObject({ kind: zod.literal("atLeast"), count: zod.number(), of: zod.array(condition) }),
    ]),
  );
  const step = zod.strictObject({
    name: text,
    run: zod.strictObject({ reference: text, with: zod.unknown().optional(), params: schema.optional() }),
    description: zod.string().optional(),
    shape: zod.enum(["flow", "approval"]).optional(),
    starts: zod.literal(true).optional(),
    conditions: zod.array(condition).optional(),
    router: zod.literal(true).optional(),
    routes: zod.array(zod.string()).optional(),
    literals: zod.array(zod.string()).optional(),
    severalLabels: zod.literal(true).optional(),
    retry: zod
      .strictObject({
        attempts: zod.number(),
        backoff: zod.enum(["fixed", "exponential"]),
        delayMs: zod.number(),
        maxDelayMs: zod.number(),
        jitter: zod.boolean(),
      })
      .optional(),
    retryIf: reference.optional(),
    timeoutMs: zod.number().optional(),
    forEach: zod
      .strictObject({
        concurrency: zod.number(),
        onError: zod.enum(["fail", "collect"]),
        batch: zod.number().optional(),
      })
      .optional(),
    when: reference.optional(),
  });
  return zod.strictObject({
    format: zod.literal(1),
    name: text,
    version: zod.string().optional(),
    state: schema.optional(),
    inputs: schema.optional(),
    output: schema.optional(),
    merge: zod
      .record(zod.string(), zod.union([zod.enum(["sum", "append", "union", "max", "lastWrite"]), reference]))
      .optional(),
    signals: zod.array(zod.strictObject({ name: text, schema })).optional(),
    keepsInputs: zod.literal(true).optional(),
    steps: zod.array(step),
    result: zod.unknown().optional(),
  });
}
