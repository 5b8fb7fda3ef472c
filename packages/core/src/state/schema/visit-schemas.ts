/** Goes through all schemas inside a schema, each once, however they refer to each other. */
import type { z } from "zod";
import type { PathKey, StatePath } from "../types.js";
import { defOf, type Schema } from "./zod.js";

/** @param visit The path goes through the keys of objects and indexes of tuples; elements add nothing to it. */
export function visitSchemas(schema: Schema, visit: (schema: Schema, path: StatePath) => void): void {
  const seen = new Set<Schema>();
  const go = (at: Schema, path: StatePath): void => {
    if (seen.has(at)) return;
    seen.add(at);
    visit(at, path);
    for (const [key, child] of childrenOf(at)) go(child, key === undefined ? path : [...path, key]);
  };
  go(schema, []);
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
