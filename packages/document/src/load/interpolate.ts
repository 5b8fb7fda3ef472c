/** `${NAME}` and `${NAME:-default}` in values; `$${` is a dollar and a brace. */
import { nearest } from "millrace";
import { limits } from "../limits.js";
import type { Problems } from "../problems/index.js";
import { type MapEntry, type Path, placeInText, type ScalarNode, type SourceNode } from "../source/index.js";

/** By name; the process's own or whatever is given in its place. */
export type Env = Readonly<Record<string, string | undefined>>;

const variable = /\$(\$\{)|\$\{([^}]*)\}/g;
const inner = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/;

export interface InterpolateOptions {
  readonly env: Env;
  readonly problems: Problems;
}

/** The same tree with variables replaced. `keep`: what stands under these keys of the top stays as it is written. */
export function interpolate(node: SourceNode, options: InterpolateOptions, keep: readonly string[] = []): SourceNode {
  return walk(node, [], (scalar, path) => (keep.includes(String(path[0])) ? scalar : filled(scalar, path, options)));
}

/** Whether every variable in a part of the document has a value; what has none is a problem. */
export function checkVariables(node: SourceNode, path: Path, options: InterpolateOptions): void {
  walk(node, path, (scalar, at) => filled(scalar, at, options));
}

/** Plain data with variables replaced, and every value that came from the environment. */
export function reveal(written: unknown, env: Env): { readonly data: unknown; readonly secrets: readonly string[] } {
  const secrets: string[] = [];
  const visit = (value: unknown): unknown => {
    if (typeof value === "string") {
      return value.replaceAll(variable, (whole, escaped: string | undefined, name: string | undefined) => {
        if (escaped) return "${";
        const found = variableValue(name ?? "", env) ?? whole;
        if (found !== "") secrets.push(found);
        return found;
      });
    }
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, visit(part)]));
  };
  return { data: visit(written), secrets };
}

function filled(scalar: ScalarNode, path: Path, { env, problems }: InterpolateOptions): ScalarNode {
  const { value, style } = scalar;
  if (typeof value !== "string" || !value.includes("$")) return scalar;
  let whole = false;
  if (countOf(value) > limits.expressions) {
    problems.add(
      "DOCUMENT_LIMIT",
      { place: scalar.place, path },
      {
        message: `The text holds more than ${limits.expressions} variables of the environment.`,
        hint: "Put text that is made elsewhere into a file that a step reads.",
      },
    );
    return scalar;
  }
  const text = value.replaceAll(variable, (...found) => {
    const [written, escaped, name, at] = found as unknown as [string, string | undefined, string | undefined, number];
    if (escaped) return "${";
    const filling = variableValue(name ?? "", env);
    if (filling === undefined) missing(scalar, path, { name: name ?? "", at, env, problems });
    whole ||= written.length === value.length;
    return filling ?? "";
  });
  return { ...scalar, value: whole && style === "plain" ? typed(text) : text };
}

function countOf(text: string): number {
  let count = 0;
  for (let at = text.indexOf("${"); at >= 0; at = text.indexOf("${", at + 2)) count++;
  return count;
}

function variableValue(name: string, env: Env): string | undefined {
  const [, variableName, fallback] = inner.exec(name) ?? [];
  if (variableName === undefined) return undefined;
  const found =
    Object.hasOwn(env, variableName) || !Object.hasOwn(Object.prototype, variableName) ? env[variableName] : undefined;
  // as in a shell: `:-` stands in for what is empty, too
  return fallback !== undefined && (found === undefined || found === "") ? fallback : found;
}

/** What stands alone and without quotes has the type that it would have in the document. */
function typed(text: string): string | number | boolean | null {
  if (text === "true" || text === "false") return text === "true";
  if (/^[-+]?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text)) return Number(text);
  return text;
}

interface Missing extends InterpolateOptions {
  readonly name: string;
  readonly at: number;
}

function missing(scalar: ScalarNode, path: Path, { name, at, env, problems }: Missing): void {
  const place = placeInText(scalar, at);
  const [, variableName] = inner.exec(name) ?? [];
  if (variableName === undefined) {
    problems.add(
      "DOCUMENT_SYNTAX",
      { place, path },
      {
        message: `\${${name.slice(0, 40)}} is no variable of the environment.`,
        hint: `Write \${NAME} or \${NAME:-default}; a dollar that is meant is written $\${.`,
      },
    );
    return;
  }
  const near = nearest(variableName, Object.keys(env));
  problems.add(
    "DOCUMENT_ENV_MISSING",
    { place, path },
    {
      message: `The environment variable ${variableName} is not set${near ? `; is ${near} meant?` : "."}`,
      hint: `Set it, or give a default: \${${variableName}:-…}.`,
      ...(near !== undefined && { nearest: near }),
    },
  );
}

function walk(node: SourceNode, path: Path, change: (scalar: ScalarNode, path: Path) => ScalarNode): SourceNode {
  if (node.kind === "scalar") return change(node, path);
  if (node.kind === "list") return { ...node, items: node.items.map((item, i) => walk(item, [...path, i], change)) };
  const entries = new Map<string, MapEntry>();
  for (const [key, { place, value }] of node.entries)
    entries.set(key, { place, value: walk(value, [...path, key], change) });
  return { ...node, entries };
}
