/** Looks for asynchronous rules in a schema before anything runs. */
import type { z } from "zod";
import { formatPath } from "../paths.js";
import { visitSchemas } from "./visit-schemas.js";
import type { Schema } from "./zod.js";

const AsyncFunction = (async () => undefined).constructor;

/**
 * The places of a schema that have an `async` refinement or transform, as paths in words. What hides inside a function
 * that is not itself declared `async` can't be seen; it is found when it runs (`PLAN_ASYNC_SCHEMA` too).
 */
export function findAsyncRules(schema: z.core.$ZodType): string[] {
  const found = new Set<string>();
  visitSchemas(schema, (at, path) => {
    if (isAsync(at)) found.add(formatPath(path));
  });
  return [...found];
}

function isAsync(schema: Schema): boolean {
  const { checks = [], ...def } = schema._zod.def as { checks?: { _zod: { def: object } }[]; type: string };
  if (def.type === "promise") return true;
  return [def, ...checks.map((check) => check._zod.def)].some((of) =>
    ["fn", "transform", "reverseTransform"].some(
      (name) => (of as Record<string, unknown>)[name] instanceof AsyncFunction,
    ),
  );
}
