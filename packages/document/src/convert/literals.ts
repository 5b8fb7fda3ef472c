/** Plain data as the code that makes it. */
import { inBraces, inBrackets, type Source } from "./text-layout.js";

export function literal(value: unknown): Source {
  if (Array.isArray(value)) return inBrackets(value.map(literal));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null)
    return inBraces(
      Object.entries(value)
        .filter(([, one]) => one !== undefined)
        .map(([key, one]) => [`${property(key)}: `, literal(one)]),
    );
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value === undefined ? "undefined" : text(value);
}

/** In the quotes of which it holds fewer, as formatters choose. U+2028 and U+2029 are ends of lines to some readers. */
function text(value: unknown): string {
  const double = JSON.stringify(value).replace(/[\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`);
  if (typeof value !== "string" || value.split('"').length <= value.split("'").length) return double;
  const inside = double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inside}'`;
}

/** A key of an object: quoted where it has to be. `__proto__` would be something else. */
export const property = (key: string): string =>
  key === "__proto__" ? '["__proto__"]' : /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);

/** A member of a value. */
export const member = (key: string | number): string =>
  typeof key === "string" && /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;

/** A doc comment of a text, indented by whoever writes it; empty: none. */
export function docLines(description: string | undefined): readonly string[] {
  const lines = description?.trim().replaceAll("*/", "*\\/").split(/\r?\n/) ?? [];
  if (!description?.trim()) return [];
  return lines.length === 1 ? [`/** ${lines[0]} */`] : ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"];
}
