/**
 * What a document takes from the environment is no part of a text that is written of it: variables stand as marks while it is
 * loaded, and where one has come into the text, the variable is read.
 */
import type { Env } from "../load/interpolate.js";

/** Texts as marks of their names; numbers and truths as they are, for the document's form may hang on them. */
export function markedEnv(env: Env): Env {
  return new Proxy(env, {
    get(given, name) {
      const value = typeof name === "string" ? given[name] : undefined;
      if (value === undefined || typeof name !== "string") return value;
      if (/^(true|false|[-+]?\d{1,15}(\.\d+)?|)$/.test(value)) return value;
      // an address is to stay one
      return /^https?:\/\//.test(value) ? `https://env-${Buffer.from(name).toString("hex")}.invalid` : `⟦${name}⟧`;
    },
  });
}

const mark = /⟦([A-Za-z_]\w*)⟧|https:\/\/env-([0-9a-f]+)\.invalid/g;
const literals = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

/** The text with the marks in it read from the environment. */
export function readFromEnvironment(text: string): string {
  const inLiterals = text.replaceAll(literals, (literal) => {
    if (literal.search(mark) < 0) return literal;
    const content = literal.slice(1, -1);
    const alone = [...content.matchAll(mark)];
    if (alone.length === 1 && alone[0]![0] === content) return `(${variable(alone[0]!)})`;
    // what one kind of quotes escapes, another may leave as it is
    const inner = content.replaceAll(/\\(["'])/g, "$1").replaceAll(/`|\$\{/g, "\\$&");
    return `\`${inner}\``;
  });
  return inLiterals.replaceAll(mark, (...found) => {
    const name = variable(found as unknown as RegExpMatchArray);
    return `\${${name}}`;
  });
}

function variable([, name, hex]: RegExpMatchArray): string {
  return `process.env.${name ?? Buffer.from(hex!, "hex").toString()} ?? ""`;
}
