/** One change of a state. Paths go through object keys, array indexes and Map keys; a Set's elements have no path. */
export type PathKey = string | number | boolean | bigint | null;
export type StatePath = readonly PathKey[];

export type StatePatch =
  /** Sets the value at a path (the root with an empty one). */
  | { readonly op: "set"; readonly path: StatePath; readonly value: unknown }
  | { readonly op: "delete"; readonly path: StatePath }
  /** Appends to the array at a path. */
  | { readonly op: "append"; readonly path: StatePath; readonly values: readonly unknown[] }
  /** Adds to and removes from the Set at a path, by value. */
  | {
      readonly op: "members";
      readonly path: StatePath;
      readonly add: readonly unknown[];
      readonly remove: readonly unknown[];
    };
