/** Data of a document with variables of the environment in it, `${NAME}`, as code that reads them there again. */
import { literal, property } from "./literals.js";
import type { ModuleNames } from "./module-names.js";
import { inBraces, type Source } from "./text-layout.js";

export function environmentSource(value: unknown, names: ModuleNames): Source {
  if (typeof value === "string" && value.includes("${")) return callsOf(value, names);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return literal(value);
  return inBraces(Object.entries(value).map(([key, one]) => [`${property(key)}: `, environmentSource(one, names)]));
}

function callsOf(text: string, names: ModuleNames): string {
  const fromEnv = names.imported("@millrace/document", "fromEnv");
  const variable = /(?<!\$)\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;
  const made = (name: string, fallback?: string) =>
    `${fromEnv}(${[name, ...(fallback === undefined ? [] : [fallback])].map((one) => JSON.stringify(one)).join(", ")})`;
  const [all, name, fallback] = variable.exec(text) ?? [];
  if (all === text) return made(name!, fallback);
  let written = "";
  let at = 0;
  for (const { 0: found, 1: inner, 2: other, index } of text.matchAll(variable)) {
    written += `${escaped(text.slice(at, index))}\${${made(inner!, other)}}`;
    at = index + found.length;
  }
  return `\`${written}${escaped(text.slice(at))}\``;
}

const escaped = (text: string) => text.replace(/[`\\]|\$\{/g, "\\$&").replaceAll("\n", "\\n");
