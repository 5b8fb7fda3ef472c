/** Looks for asynchronous rules in a schema before anything runs. */
import type { z } from "zod";
import { formatPath } from "../paths.js";
import type { PathKey } from "../types.js";
import { defOf, type Schema } from "./zod.js";

const AsyncFunction = (async () => undefined).constructor;

/**
 * The places of a schema that have an `async` refinement or transform, as paths in words. What hides inside a function
 * that is not itself declared `async` can't be seen; it is found when it runs (`PLAN_ASYNC_SCHEMA` too).
 */
export function findAsyncRules(schema: z.core.$ZodType): string[] {
  const found = new Set<string>();
  const seen = new Set<Schema>();
  const visit = (at: Schema, path: readonly PathKey[]): void => {
    if (seen.has(at)) return;
    seen.add(at);
    if (isAsync(at)) found.add(formatPath(path));
    for (const [key, child] of childrenOf(at)) visit(child, key === undefined ? path : [...path, key]);
  };
  visit(schema, []);
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

function childrenOf(schema: Schema): [key: PathKey | undefined, child: Schema][] {
  const def = defOf(schema);
  const here = (...children: (Schema | null | undefined)[]): [undefined, Schema][] =>
    children.filter((child) => child != null).map((child) => [undefined, child as Schema]);
  switch (def.type) {
    case "object":
      return [...Object.entries(def.shape as Record<string, Schema>), ...here(def.catchall)];
    case "array":
      return here(def.element);
    case "tuple":
      return [...def.items.map((item, index): [number, Schema] => [index, item]), ...here(def.rest)];
    case "record":
    case "map":
      return here(def.keyType, def.valueType);
    case "set":
      return here(def.valueType);
    case "union":
      return here(...def.options);
    case "intersection":
      return here(def.left, def.right);
    case "pipe":
      return here(def.in, def.out);
    case "lazy":
      return here((schema as z.core.$ZodLazy)._zod.innerType);
    default:
      return here((def as { innerType?: Schema }).innerType);
  }
}
