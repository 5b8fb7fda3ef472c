import { inspect, isDeepStrictEqual } from "node:util";

/** Whether a text is what a comment says, where `…` stands for anything and white space counts as one space. */
export function textMatches(said: string, text: string): boolean {
  const parts = said.trim().split("…");
  const pattern = parts.map((part) => part.split(/\s+/).map(escapeRegExp).join("\\s+")).join("[^]*");
  return new RegExp(`^${pattern}$`).test(text.trim());
}

/** Whether a value is what a comment says: by its text on one line, else as the expression that the comment is. */
export function valueMatches(said: string, value: unknown): boolean {
  if (textMatches(said, onOneLine(value))) return true;
  try {
    return isDeepStrictEqual(new Function(`return (${said});`)(), value);
  } catch {
    return false;
  }
}

/** A value as it is written in a comment. */
export function onOneLine(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return inspect(value, { depth: null, breakLength: Number.POSITIVE_INFINITY, compact: true });
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
