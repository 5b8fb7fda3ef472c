/**
 * A document as read: data in which every value knows where it stands. What comes in is text, what goes out is checked,
 * lowered and thrown away; nothing of it reaches a run but places.
 */

/** Where something stands, for whoever reads it: line and column count from 1. */
export interface Place {
  /** As the file was named by whoever loaded it, or relative to the project's folder. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export type Scalar = string | number | boolean | null;

export interface ScalarNode {
  readonly kind: "scalar";
  readonly place: Place;
  readonly value: Scalar;
  /** How text is written: without quotes, within quotes, or as a block under `|` or `>`. */
  readonly style: "plain" | "quoted" | "block";
}
export interface ListNode {
  readonly kind: "list";
  readonly place: Place;
  readonly items: readonly SourceNode[];
}
export interface MapEntry {
  /** Where the key stands. */
  readonly place: Place;
  readonly value: SourceNode;
}
export interface MapNode {
  readonly kind: "map";
  readonly place: Place;
  readonly entries: ReadonlyMap<string, MapEntry>;
}
export type SourceNode = ScalarNode | ListNode | MapNode;

export type Path = readonly (string | number)[];

/** The node's value as plain data. Maps become objects whose keys are all their own, `__proto__` too. */
export function toData(node: SourceNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toData);
  const data: Record<string, unknown> = {};
  for (const [key, { value }] of node.entries) {
    Object.defineProperty(data, key, { value: toData(value), enumerable: true, configurable: true, writable: true });
  }
  return data;
}

/** The node at a path, if it leads somewhere. */
export function nodeAt(root: SourceNode, path: Path): SourceNode | undefined {
  let node: SourceNode | undefined = root;
  for (const key of path) {
    if (node?.kind === "map") node = node.entries.get(String(key))?.value;
    else if (node?.kind === "list") node = node.items[Number(key)];
    else return undefined;
  }
  return node;
}

/** Where the value at a path stands, or what comes nearest above it. */
export function placeAt(root: SourceNode, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const node = nodeAt(root, path.slice(0, length));
    if (node) return node.place;
  }
  return root.place;
}

/** Where a position in a text stands, from 0. */
export function placeInText(node: SourceNode, offset = 0): Place {
  const { place } = node;
  if (node.kind !== "scalar" || typeof node.value !== "string") return place;
  const before = node.value.slice(0, offset).split("\n");
  if (node.style === "block") return { ...place, line: place.line + before.length, column: 1 };
  if (before.length > 1) return place;
  return { ...place, column: place.column + offset + (node.style === "quoted" ? 1 : 0) };
}

/** Where the key at the end of a path stands; a position of a list has none, and gives its value's place. */
export function keyPlaceAt(root: SourceNode, path: Path): Place {
  const parent = nodeAt(root, path.slice(0, -1));
  const key = path.at(-1);
  const entry = parent?.kind === "map" && key !== undefined ? parent.entries.get(String(key)) : undefined;
  return entry?.place ?? placeAt(root, path);
}
