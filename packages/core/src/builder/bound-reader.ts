/**
 * From a bound tree to the function that makes its value for one call. All that can be known of the tree is decided here, once: a
 * call follows the references and puts the value together, nothing else.
 */
import type { CallSources } from "../definition/index.js";
import type { BoundTree } from "./bound-tree.js";
import type { RefParts } from "./ref.js";

/** Makes a value from what a call has to read from: its payload, and what it finds beside that. */
export type Read = (payload: unknown, sources: CallSources) => unknown;

/** `lookUp` is asked once per reference, now, for what reads it then. */
export function readerOf(tree: BoundTree, lookUp: (ref: RefParts) => Read): Read {
  switch (tree.kind) {
    case "value":
      return fixed(tree.value);
    case "ref":
      return lookUp(tree.ref);
    case "text":
      return textReader(
        tree.texts,
        tree.values.map((value) => readerOf(value, lookUp)),
      );
    case "list": {
      const items = tree.items.map((item) => readerOf(item, lookUp));
      return (payload, sources) => items.map((item) => item(payload, sources));
    }
    case "record":
      return recordReader(tree.entries.map(([key, value]) => [key, readerOf(value, lookUp)] as const));
  }
}

/** What could be changed in place is another one for each call, as lists and objects are. */
function fixed(value: unknown): Read {
  const isChangeable =
    value instanceof Date || value instanceof Map || value instanceof Set || ArrayBuffer.isView(value);
  return isChangeable ? () => structuredClone(value) : () => value;
}

function textReader(texts: readonly string[], values: readonly Read[]): Read {
  return (payload, sources) => {
    let text = texts[0]!;
    for (let i = 0; i < values.length; i++) text += printed(values[i]!(payload, sources)) + texts[i + 1]!;
    return text;
  };
}

function recordReader(entries: readonly (readonly [key: string, read: Read])[]): Read {
  const first = entries[0];
  // assigning this one would change the prototype
  const isPlain = entries.every(([key]) => key !== "__proto__");
  if (!isPlain)
    return (payload, sources) => Object.fromEntries(entries.map(([key, read]) => [key, read(payload, sources)]));
  if (!first) return () => ({});
  const [key, read] = first;
  if (entries.length === 1) return (payload, sources) => ({ [key]: read(payload, sources) });
  return (payload, sources) => {
    const made: Record<string, unknown> = {};
    for (const [key, read] of entries) made[key] = read(payload, sources);
    return made;
  };
}

function printed(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What a path leads to in what `root` reads: only what an object or list has itself. */
export function followed(root: Read, path: readonly string[]): Read {
  const [key, ...more] = path;
  if (key === undefined) return root;
  if (more.length === 0) return (payload, sources) => memberOf(root(payload, sources), key);
  return (payload, sources) => {
    let at = root(payload, sources);
    for (const key of path) at = memberOf(at, key);
    return at;
  };
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
