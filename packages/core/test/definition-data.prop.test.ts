import fc from "fast-check";
import { type DefinitionData, type FlowDefinition, flowClass, fromDefinition } from "millrace";
import { expect, test } from "vitest";
import { soundDefinition } from "./support/any-definition.js";

const code = () => undefined;
const options = fc.record(
  {
    retry: fc.record({
      attempts: fc.integer({ min: 1, max: 5 }),
      backoff: fc.constantFrom("fixed" as const, "exponential" as const),
      delayMs: fc.nat(1000),
      maxDelayMs: fc.nat(1000),
      jitter: fc.boolean(),
    }),
    retryIf: fc.constant(() => true),
    when: fc.constant(() => true),
    timeoutMs: fc.integer({ min: 1, max: 1000 }),
  },
  { requiredKeys: [] },
);

/** Sound ones with options of every kind. */
const written = fc.tuple(soundDefinition, fc.infiniteStream(options), fc.option(fc.string(), { nil: undefined })).map(
  ([definition, more, version]): FlowDefinition => ({
    ...definition,
    ...(version !== undefined && { version }),
    steps: definition.steps.map((step) => ({ ...step, ...more.next().value })),
  }),
);

const named = <T>(definition: FlowDefinition, key: "when" | "retryIf" | "invoke", value: T) =>
  Object.fromEntries(definition.steps.flatMap((step) => (step[key] ? [[step.name, value]] : [])));

test("what was written and read again has the same plan and hash, and is written the same", async () => {
  await fc.assert(
    fc.asyncProperty(written, async (definition) => {
      const original = flowClass(definition);
      const data = original.toDefinition();
      const read: DefinitionData = JSON.parse(JSON.stringify(data));
      expect(read).toEqual(data);
      const again = await fromDefinition(read, {
        steps: named(definition, "invoke", code),
        when: named(definition, "when", () => true),
        retryIf: named(definition, "retryIf", () => true),
      });
      expect(again.plan()).toEqual(original.plan());
      expect(again.toDefinition()).toEqual(data);
    }),
    { numRuns: 200 },
  );
});
