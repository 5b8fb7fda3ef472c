import type { PathKey, StatePath } from "./types.js";

/** A path as text, as in `users["a b"].visits[2]`. */
export function formatPath(path: StatePath): string {
  if (path.length === 0) return "the root";
  let text = "";
  for (const key of path) {
    if (typeof key === "string" && /^[A-Za-z_$][\w$]*$/.test(key)) text += text === "" ? key : `.${key}`;
    else text += `[${typeof key === "string" ? JSON.stringify(key) : String(key)}]`;
  }
  return text;
}

/** A path for the details of an error: strings and numbers only. */
export function plainPath(path: StatePath): (string | number)[] {
  return path.map((key) => (typeof key === "number" ? key : String(key)));
}

/** Whether one path is the other or stands above it. */
export function isPrefix(prefix: StatePath, path: StatePath): boolean {
  return prefix.length <= path.length && prefix.every((key, index) => sameKey(key, path[index] as PathKey));
}

/** As a Map sees it: NaN is itself. */
export function sameKey(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
