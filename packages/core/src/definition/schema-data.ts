/** Schemas as data: JSON Schema where that says all that they say. */
import type { z } from "zod";
import type { SchemaData } from "./definition-data.js";

/** `reference` is what it is called where it can't be told. */
export function schemaData(schema: z.ZodType, io: "input" | "output", reference: string): SchemaData {
  let whole = true;
  try {
    const json = schema.toJSONSchema({
      io,
      override({ zodSchema, jsonSchema }) {
        const { def } = zodSchema._zod;
        if (untold.has(def.type) || ("coerce" in def && def.coerce) || def.checks?.some(isCode)) whole = false;
        // what is given to a flow has no keys that its schema does not know
        if (def.type === "object" && !def.catchall) jsonSchema.additionalProperties = false;
      },
    });
    const { "~standard": _, $schema: __, ...plain } = json as Record<string, unknown>;
    return whole ? { json: JSON.parse(JSON.stringify(plain)) } : { reference };
  } catch {
    return { reference };
  }
}

/** What runs code, or has no counterpart. */
const untold: ReadonlySet<string> = new Set([
  "transform",
  "pipe",
  "custom",
  "catch",
  "prefault",
  "promise",
  "function",
  "intersection",
]);

const isCode = (check: z.core.$ZodCheck<never>) => ["custom", "overwrite"].includes(check._zod.def.check);
